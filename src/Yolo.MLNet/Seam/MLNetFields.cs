using Microsoft.ML;

namespace Yolo.MLNet.Seam;

/// <summary>Private fields of ML.NET, which another version may keep elsewhere.</summary>
internal static class MLNetFields
{
    /// <summary>Reads a field by an unsafe accessor.</summary>
    /// <param name="owner">Whose field it is.</param>
    /// <param name="read">Calls the accessor; static, since images are read by the thousand.</param>
    /// <param name="what">What the field holds, for the message.</param>
    /// <exception cref="NotSupportedException">The application brings a version of ML.NET without that field.</exception>
    public static T Read<TOwner, T>(TOwner owner, Func<TOwner, T> read, string what)
    {
        try
        {
            return read(owner);
        }
        catch (MissingFieldException e)
        {
            throw new NotSupportedException(
                $"Microsoft.ML {typeof(MLContext).Assembly.GetName().Version?.ToString(3)} keeps {what} elsewhere than "
                + "Microsoft.ML 5.0, for which this version of Yolo.MLNet was made. "
                + "Take Microsoft.ML 5.0 or a later Yolo.MLNet.", e);
        }
    }
}
