using TorchSharp;

namespace Yolo.Model.Training.Losses;

/// <summary>What a region loss says about one batch. The tensors belong to the dispose scope of whoever asked.</summary>
/// <param name="Total">The loss to differentiate, a scalar on the map's device: the sum of the terms.</param>
/// <param name="Values">The terms, <c>[T]</c>, in the order of <paramref name="Names"/>; detached, on the map's device, so that reading them can
/// wait.</param>
/// <param name="Names">Names of the terms.</param>
public sealed record RegionLossTerms(torch.Tensor Total, torch.Tensor Values, IReadOnlyList<string> Names);
