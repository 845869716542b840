using Microsoft.ML;
using Microsoft.ML.Data;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Yolo.MLNet.Seam;

/// <summary>Builds and reads <see cref="SchemaShape"/>s, what an estimator promises about columns before there is data.</summary>
internal static class SchemaShapes
{
    /// <summary>Name of the annotation that holds the texts behind a key column.</summary>
    public const string KeyValues = "KeyValues";

    /// <summary>Name of the annotation that says what each value of a vector is.</summary>
    public const string SlotNames = "SlotNames";

    /// <summary>The shape of a schema.</summary>
    public static SchemaShape Of(DataViewSchema schema) => SchemaShape.Create(schema);

    /// <summary>The type of a column of a shape, as ML.NET writes it: <c>VarVector&lt;Key&lt;UInt32&gt;&gt;</c>.</summary>
    public static string TypeName(SchemaShape.Column column) => column.GetTypeString();

    /// <summary>The shape with the columns added; a column that is there already is replaced, as it is in data.</summary>
    public static SchemaShape With(SchemaShape shape, params IReadOnlyList<SchemaShape.Column> columns)
    {
        var byName = shape.ToDictionary(column => column.Name);
        foreach (var column in columns)
            byName[column.Name] = column;
        return new(byName.Values);
    }

    /// <summary>A vector whose length differs from row to row.</summary>
    public static SchemaShape.Column VariableVector(string name, PrimitiveDataViewType itemType) => new(name, VectorKind.VariableVector, itemType, isKey: false);

    /// <summary>A vector whose length differs from row to row, with a number as its annotation.</summary>
    public static SchemaShape.Column AnnotatedVariableVector(string name, PrimitiveDataViewType itemType, string annotation) =>
        new(name, VectorKind.VariableVector, itemType, isKey: false, new(
            [new SchemaShape.Column(annotation, VectorKind.Scalar, NumberDataViewType.Single, isKey: false)]));

    /// <summary>A vector of one length.</summary>
    public static SchemaShape.Column FixedVector(string name, PrimitiveDataViewType itemType) => new(name, VectorKind.Vector, itemType, isKey: false);

    /// <summary>A vector of one length, with a name for each of its values as its annotation.</summary>
    public static SchemaShape.Column NamedVector(string name, PrimitiveDataViewType itemType) => new(name, VectorKind.Vector, itemType, isKey: false, Texts(SlotNames));

    /// <summary>A vector of keys whose length differs from row to row, with the texts behind the keys as its annotation.</summary>
    public static SchemaShape.Column VariableKeyVector(string name) => new(name, VectorKind.VariableVector, NumberDataViewType.UInt32, isKey: true, Texts(KeyValues));

    private static SchemaShape Texts(string annotation) => new([new SchemaShape.Column(annotation, VectorKind.Vector, TextDataViewType.Instance, isKey: false)]);
}
