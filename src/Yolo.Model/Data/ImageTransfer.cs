namespace Yolo.Model.Data;

/// <summary>How the image files of a data set come into one that is written.</summary>
public enum ImageTransfer
{
    /// <summary>As copies of their own.</summary>
    Copy,

    /// <summary>As further names of the same files, which take no space. Both folders must be on one file system.</summary>
    HardLink,

    /// <summary>As links to the files where they are, which take no space. The links lead nowhere after the files move.</summary>
    SymbolicLink,
}
