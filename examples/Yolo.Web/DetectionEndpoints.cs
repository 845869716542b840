using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Yolo.Web;

/// <summary>The addresses that programs and the page call.</summary>
internal static class DetectionEndpoints
{
    private const string Tag = "Detection";

    private const string Jpeg = "image/jpeg";

    // What ImageFile decodes.
    private static readonly string[] OtherTypes = ["image/png", "image/bmp", "image/webp", "image/gif"];

    /// <summary>Maps them.</summary>
    public static void MapDetection(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/model", (DetectionService service) => service.Description)
            .WithTags(Tag).WithName("GetModel").WithSummary("The model that is served, and its limits.");

        routes.MapPost("/api/detect", DetectAsync)
            .WithTags(Tag).WithName("Detect").WithSummary("Finds objects in an image.").WithDescription("The body is the file itself: JPEG, PNG, BMP, WebP or GIF.")
            .Accepts<Stream>(Jpeg, OtherTypes)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            // Upload counts, with an answer that says the limit, whatever server it runs on.
            .WithMetadata(new DisableRequestSizeLimitAttribute());
    }

    private static async Task<Results<Ok<DetectionResponse>, ProblemHttpResult>> DetectAsync(
        HttpContext context, DetectionService service, [Description("Lowest score reported, above 0 and below 1; the model's own where it is absent.")] float? threshold = null)
    {
        var model = service.Description;
        if (threshold is { } asked && !(asked >= model.LowestScore && asked < 1))
            return Problem(StatusCodes.Status400BadRequest, FormattableString.Invariant($"threshold: expected at least {model.LowestScore} and below 1, found {asked}."));
        if (await Upload.ReadAsync(context.Request, model.MaximumBytes) is not { } image)
            return Problem(StatusCodes.Status413PayloadTooLarge, FormattableString.Invariant($"The image has more than {model.MaximumBytes} bytes."));

        // Only now, so that slow uploads keep no worker from its work.
        using var turn = await service.WaitAsync(context.RequestAborted);
        if (!turn.IsAcquired)
        {
            context.Response.Headers.RetryAfter = "1";
            return Problem(StatusCodes.Status503ServiceUnavailable, "Too many images are waiting already; try again.");
        }
        try
        {
            return TypedResults.Ok(service.Detect(image, threshold ?? model.DefaultThreshold));
        }
        catch (InvalidDataException problem)
        {
            return Problem(StatusCodes.Status400BadRequest, problem.Message);
        }
    }

    private static ProblemHttpResult Problem(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
}
