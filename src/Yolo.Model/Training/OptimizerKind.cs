namespace Yolo.Model.Training;

/// <summary>How gradients change the weights.</summary>
public enum OptimizerKind
{
    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019).</summary>
    AdamW,

    /// <summary>Adam with weight decay added to the gradient (Kingma and Ba, 2015).</summary>
    Adam,

    /// <summary>Stochastic gradient descent with momentum, the paper's.</summary>
    Sgd,
}
