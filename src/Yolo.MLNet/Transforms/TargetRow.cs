using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Yolo.MLNet.Data;

namespace Yolo.MLNet.Transforms;

/// <summary>The columns that the encoding adds, in the order in which they stand behind those of its input.</summary>
internal enum TargetColumn
{
    Targets,
    TrueBoxes,
    Counts,
}

/// <summary>A row with the targets of its objects. Whatever columns are asked for, and how often, it is encoded once. When it is disposed, at the end of a pass, the log is told
/// what could not be taught.</summary>
/// <param name="host">Whose log is told.</param>
/// <param name="encoding">The rules.</param>
/// <param name="input">The row that holds image, labels and boxes.</param>
/// <param name="schema">Its columns and the added ones.</param>
/// <param name="active">The columns asked for, by index.</param>
internal sealed class TargetRow(IHost host, TargetEncoding encoding, DataViewRow input, DataViewSchema schema, bool[] active) : MappedRow(input, schema, active)
{
    private readonly DataViewRow _input = input;
    private RowTargets? _targets;

    private protected override Delegate AddedGetter(int index)
    {
        var targets = _targets ??= new RowTargets(encoding, _input);
        return (TargetColumn)index switch
        {
            TargetColumn.Targets => Vector<float>(encoding.Layout.Size, values => targets.Targets.WriteDense(values)),
            TargetColumn.TrueBoxes => Vector<float>(BoxColumn.Values * encoding.Options.TrueBoxRows, values => targets.Targets.WriteTrueBoxes(values)),
            _ => Vector<int>(TargetCounts.Names.Count, values => targets.Counts.Write(values)),
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _targets is { Totals: { AnyLost: true } totals })
        {
            _targets = null;
            using var channel = host.Start("YOLOv2 targets");
            channel.Warning(MessageSensitivity.None, totals.ToString());
        }
        base.Dispose(disposing);
    }

    private static ValueGetter<VBuffer<T>> Vector<T>(int length, Action<Span<T>> write) => (ref VBuffer<T> result) =>
    {
        var editor = VBufferEditor.Create(ref result, length);
        write(editor.Values);
        result = editor.Commit();
    };
}
