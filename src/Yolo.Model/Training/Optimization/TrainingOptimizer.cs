using TorchSharp;
using TorchSharp.Modules;
using Yolo.Model.Torch;
using static TorchSharp.torch;

namespace Yolo.Model.Training.Optimization;

/// <summary>Applies gradients to a module: clipping, learning rate, and weight decay on convolution kernels only.</summary>
/// <remarks>The formulas are those of <c>torch.optim</c>, in its order of operations. Its .NET counterparts are not used: they make half a dozen scalars for each
/// parameter, none of which is safe from the finalizer (<see cref="TensorNumbers"/>), and as many kernels. Here small parameters are changed together.</remarks>
internal sealed class TrainingOptimizer : IDisposable
{
    private const double Epsilon = 1e-8;

    // What clip_grad_norm_ adds to the norm.
    private const double ClipEpsilon = 1e-6;

    // Weights that are changed together: more save kernels, but cost a copy of their gradients.
    private const long BucketLength = 1 << 20;

    private readonly TrainingOptions _options;
    private readonly List<ParameterBucket> _buckets = [];
    private readonly List<(string Name, Tensor Value)> _moments = [];
    private Tensor? _norms;

    /// <summary>Starts for the weights that the options leave free.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="options">The options.</param>
    public TrainingOptimizer(FlatWeights weights, TrainingOptions options)
    {
        _options = options;
        int moments = Argument.Defined(options.Optimizer, nameof(options)) != OptimizerKind.Sgd ? 2 : options.Momentum > 0 ? 1 : 0;
        using var noGradient = no_grad();
        foreach (var run in (WeightRun[])[WeightRun.Kernels, WeightRun.Vectors])
            AddBuckets(weights, run, moments);
        NameMoments();
    }

    /// <summary>What is changed together, in the order of the network, kernels first.</summary>
    public IReadOnlyList<ParameterBucket> Buckets => _buckets;

    /// <summary>Steps counted for each parameter; zeros where the optimizer counts none.</summary>
    public IReadOnlyList<long> Steps => [.. _buckets.SelectMany(bucket => bucket.Parameters.Select(_ => bucket.Steps))];

    /// <summary>The optimizer's tensors by name.</summary>
    public IEnumerable<(string Name, Tensor Value)> Moments => _moments;

    /// <summary>The first parameter whose gradient was not finite in the last step; null where there was none.</summary>
    public string? NonFiniteGradient
    {
        get
        {
            using var host = _norms!.cpu();
            float[] norms = host.data<float>().ToArray();
            int index = Array.FindIndex(norms, static norm => !float.IsFinite(norm));
            return index < 0 ? null : Trained.ElementAt(index).Name;
        }
    }

    private IEnumerable<(string Name, Parameter Parameter)> Trained => _buckets.SelectMany(bucket => bucket.Parameters).Where(item => item.Parameter.requires_grad);

    /// <summary>Makes the optimizer what it was after some steps but for the values of its <see cref="Moments"/>, which are there to be filled.</summary>
    /// <param name="steps">What <see cref="Steps"/> was.</param>
    public void Restore(IReadOnlyList<long> steps)
    {
        int parameter = 0;
        foreach (var bucket in _buckets)
        {
            bucket.Steps = steps.ElementAtOrDefault(parameter);
            parameter += bucket.Parameters.Count;
        }
    }

    /// <summary>Changes the weights by the accumulated gradients and frees these.</summary>
    /// <param name="learningRate">The rate of the step.</param>
    /// <param name="shareOf">Which share of it a convolution has; null: all of it.</param>
    /// <returns>The norm of the gradients before clipping, a scalar on the device; it belongs to the caller's dispose scope.</returns>
    public Tensor Step(double learningRate, Func<int, double>? shareOf = null)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        _norms?.Dispose();
        _norms = stack([.. Trained.Select(item => (item.Parameter.grad ?? zeros_like(item.Parameter)).norm())]).DetachFromDisposeScope();
        var norm = _norms.norm();
        var factor = _options.GradientClipNorm > 0 ? ClipFactor(norm) : null;
        foreach (var bucket in _buckets)
        {
            using var bucketScope = NewDisposeScope();
            if (bucket.TakeGradient() is not { } gradient)
                continue;
            bucket.Steps++;
            double rate = learningRate * (shareOf?.Invoke(bucket.Convolution) ?? 1);
            if (factor is not null)
                gradient.mul_(factor);
            if (_options.Optimizer == OptimizerKind.Sgd)
                StepSgd(bucket, gradient, rate);
            else
                StepAdam(bucket, gradient, rate);
        }
        return norm.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _norms?.Dispose();
        foreach (var (_, moment) in _moments)
            moment.Dispose();
        _buckets.ForEach(bucket => bucket.Dispose());
    }

    /// <summary>What gradients are multiplied by to be at most as long as the options allow; a scalar on the device, at most 1.</summary>
    private Tensor ClipFactor(Tensor norm)
    {
        using Scalar one = 1, longest = _options.GradientClipNorm;
        return norm.Plus(ClipEpsilon).reciprocal_().mul_(longest).clamp_max_(one);
    }

    private void StepAdam(ParameterBucket bucket, Tensor gradient, double learningRate)
    {
        bool decoupled = _options.Optimizer == OptimizerKind.AdamW;
        double beta1 = _options.Beta1, beta2 = _options.Beta2, correction = 1 - Math.Pow(beta1, bucket.Steps);
        using Scalar one = 1, old1 = beta1, old2 = beta2, fresh1 = 1 - beta1, fresh2 = 1 - beta2, epsilon = Epsilon, decay = _options.WeightDecay, kept = 1 - learningRate * _options.WeightDecay,
            root = Math.Sqrt(1 - Math.Pow(beta2, bucket.Steps)), step = -(learningRate / correction);
        var (mean, square) = (bucket.Moments[0], bucket.Moments[1]);
        bool decays = _options.WeightDecay > 0 && bucket.Decays;
        if (decays && decoupled)
            bucket.Weights.mul_(kept);
        else if (decays)
            gradient = gradient.add(bucket.Weights, decay);
        mean.mul_(old1).add_(gradient, fresh1);
        square.mul_(old2).addcmul_(gradient, gradient, fresh2);
        bucket.Weights.addcdiv_(mean, square.sqrt().div_(root).add_(epsilon, one), step);
    }

    private void StepSgd(ParameterBucket bucket, Tensor gradient, double learningRate)
    {
        using Scalar one = 1, momentum = _options.Momentum, decay = _options.WeightDecay, step = -learningRate;
        if (_options.WeightDecay > 0 && bucket.Decays)
            gradient = gradient.add(bucket.Weights, decay);
        if (bucket.Moments is [var moment])
        {
            moment.mul_(momentum).add_(gradient, one);
            gradient = _options.Nesterov ? gradient.add(moment, momentum) : moment;
        }
        bucket.Weights.add_(gradient, step);
    }

    private void AddBuckets(FlatWeights weights, WeightRun run, int moments)
    {
        var parameters = new List<(string Name, Parameter Parameter)>();
        (long start, long length, int first) = (0, 0, 0);
        int frozen = _options.FreezeEpochs is null ? _options.FreezeLayers : 0;
        foreach (var (parameter, name, offset, convolution) in weights.ParametersOf(run).Where(item => item.Convolution >= frozen))
        {
            long count = parameter.numel();
            if (parameters.Count > 0 && (length + count > BucketLength || Group(convolution) != Group(first)))
                Close();
            if (parameters.Count == 0)
                (start, first) = (offset, convolution);
            parameters.Add((name, parameter));
            length += count;
        }
        if (parameters.Count > 0)
            Close();

        void Close()
        {
            _buckets.Add(new(weights.Runs[(int)run].narrow(0, start, length).DetachFromDisposeScope(), [.. parameters], first, run == WeightRun.Kernels, moments));
            parameters.Clear();
            length = 0;
        }
    }

    // Those that thaw later, and the backbone, which has a rate of its own, are changed apart from the others.
    private (bool, bool) Group(int convolution) => (convolution < _options.FreezeLayers, convolution < _options.BackboneLayers);

    /// <summary>Moments as checkpoints know them: by the number of the parameter, in its shape.</summary>
    private void NameMoments()
    {
        string[] names = _options.Optimizer == OptimizerKind.Sgd ? ["momentum"] : ["mean", "square"];
        int number = 0;
        foreach (var bucket in _buckets)
        {
            long offset = 0;
            foreach (var (_, parameter) in bucket.Parameters)
            {
                for (int i = 0; i < bucket.Moments.Count; i++)
                {
                    using var scope = NewDisposeScope();
                    var flat = bucket.Moments[i].narrow(0, offset, parameter.numel());
                    long[] shape = parameter.shape;
                    var moment = shape is [var filters, var channels, var height, var width] ? flat.view(filters, height, width, channels).permute(0, 3, 1, 2) : flat;
                    _moments.Add(($"{number}/{names[i]}", moment.DetachFromDisposeScope()));
                }
                number++;
                offset += parameter.numel();
            }
        }
    }
}
