using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Yolo.Web;

/// <summary>Healthy while there is room for another image. Without a model the application does not start.</summary>
internal sealed class DetectionHealth(DetectionService service) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        service.IsFull ? HealthCheckResult.Degraded("All places in the queue are taken.") : HealthCheckResult.Healthy($"{service.Description.Name} is loaded."));
}
