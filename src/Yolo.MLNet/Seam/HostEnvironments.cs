using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Yolo.MLNet.Seam;

/// <summary>ML.NET's environment, as its own components reach and use it.</summary>
internal static class HostEnvironments
{
    /// <summary>The environment that a catalog such as <c>mlContext.Data</c> belongs to.</summary>
    public static IHostEnvironment Of(DataOperationsCatalog catalog) => catalog.GetEnvironment();

    /// <inheritdoc cref="Of(DataOperationsCatalog)"/>
    public static IHostEnvironment Of(TransformsCatalog catalog) => catalog.GetEnvironment();

    /// <summary>The seed that the context was made with, or null.</summary>
    public static int? Seed(IHostEnvironment host) => (host as IHostEnvironmentInternal)?.Seed;

    /// <summary>The GPU that <c>mlContext.GpuDeviceId</c> names, or null.</summary>
    public static int? GpuDeviceId(IHostEnvironment host) => (host as IHostEnvironmentInternal)?.GpuDeviceId;

    /// <summary>Whether <c>mlContext.FallbackToCpu</c> lets a task run on the CPU where it cannot on the GPU.</summary>
    public static bool FallbackToCpu(IHostEnvironment host) => host is IHostEnvironmentInternal { FallbackToCpu: true };

    /// <summary>Whether <c>mlContext.CancelExecution()</c> was called since the host was registered.</summary>
    public static bool IsCanceled(IHostEnvironment host) => host is ICancelable { IsCanceled: true };

    /// <summary>What throws <see cref="OperationCanceledException"/> once <c>mlContext.CancelExecution()</c> is called, from now on: a context that was cancelled before hands its flag on
    /// to whatever is done next, and yet the model of a training that was stopped shall be evaluated.</summary>
    public static Action CancellationCheck(IHostEnvironment env, string name)
    {
        var host = env.Register(name);
        bool before = IsCanceled(host);
        return () =>
        {
            if (!before && IsCanceled(host))
                throw new OperationCanceledException($"{name} was stopped by CancelExecution.");
        };
    }

    /// <summary>Stops what runs in a context; ML.NET keeps the method internal.</summary>
    public static void Cancel(MLContext context) => context.CancelExecution();
}
