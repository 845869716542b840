using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Yolo.Web;

// The settings lie beside the program, whatever folder it is started in.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict);
builder.Services.AddOptions<WebSettings>().BindConfiguration(WebSettings.Section).ValidateDataAnnotations();
builder.Services.AddSingleton<DetectionService>();
builder.Services.AddHealthChecks().AddCheck<DetectionHealth>("detector");
builder.Services.AddProblemDetails();
builder.Services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
{
    document.Info.Title = "Yolo.Web";
    document.Info.Description = "Finds objects in images with a YOLOv2 model.";
    return Task.CompletedTask;
}));

await using var app = builder.Build();
try
{
    // Before the first request, so that a model that is not there is said at once.
    app.Services.GetRequiredService<DetectionService>();
}
catch (Exception problem) when (problem is IOException or InvalidDataException or Microsoft.Extensions.Options.OptionsValidationException)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}

app.UseExceptionHandler();
app.UseStatusCodePages();
app.Use((context, next) =>
{
    // The page needs nothing from anywhere else; the image that it shows is a blob of its own.
    context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; img-src 'self' blob:";
    context.Response.Headers.XContentTypeOptions = "nosniff";
    return next(context);
});
app.UseFileServer(new FileServerOptions
{
    FileProvider = new EmbeddedFileProvider(typeof(DetectionService).Assembly, "Yolo.Web.Page"),
    StaticFileOptions = { ContentTypeProvider = new FileExtensionContentTypeProvider() },
});
app.MapDetection();
app.MapHealthChecks("/health");
app.MapOpenApi();
await app.RunAsync();
return 0;
