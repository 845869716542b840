namespace Yolo.Model.Network;

/// <summary>What Darknet calls activations (activations.c, <c>get_activation</c>).</summary>
internal static class ActivationNames
{
    private static readonly (string Name, Activation Activation)[] Table =
    [
        ("linear", Activation.Linear),
        ("leaky", Activation.Leaky),
        ("relu", Activation.Relu),
        ("logistic", Activation.Logistic),
        ("swish", Activation.Swish),
        ("mish", Activation.Mish),
    ];

    /// <summary>Every name.</summary>
    public static IEnumerable<string> All => Table.Select(row => row.Name);

    /// <summary>The activation of a name, or null. Case counts: Darknet takes names that it does not know for relu.</summary>
    public static Activation? Parse(string name)
    {
        foreach (var row in Table)
        {
            if (row.Name == name)
                return row.Activation;
        }
        return null;
    }

    /// <summary>The name of an activation.</summary>
    public static string Of(Activation activation) => Array.Find(Table, row => row.Activation == activation).Name;
}
