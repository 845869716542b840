using Xunit;

namespace Yolo.MLNet.Tests;

/// <summary>Tests that count what the process holds: nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
