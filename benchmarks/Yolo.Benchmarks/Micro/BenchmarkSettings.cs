using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Yolo.Benchmarks.Micro;

/// <summary>Runs benchmarks in this process: BenchmarkDotNet would otherwise build a project for each, with half a gigabyte of libtorch beside it.</summary>
internal sealed class BenchmarkSettings : ManualConfig
{
    public BenchmarkSettings() => AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(15));
}
