using System.Runtime.InteropServices;

namespace Yolo.Model.Processes.Mpi;

/// <summary>The functions and handles of Open MPI that this library uses, found in its shared library at run time.</summary>
/// <remarks>In Open MPI 4 and 5 a handle is the address of an exported variable. In MPICH it is a number of the header, so that library needs
/// a binding of its own and is refused.</remarks>
internal sealed unsafe partial class MpiLibrary
{
    /// <summary>Any thread may call at any time.</summary>
    public const int ThreadMultiple = 3;

    /// <summary>Any sender or any tag.</summary>
    public const int Any = -1;

    /// <summary>The operand is where the result goes.</summary>
    public static readonly nint InPlace = 1;

    private const int LoadNow = 2, LoadGlobalOnLinux = 0x100, LoadGlobalOnMac = 8, LongestText = 8192;

    private static readonly Lazy<MpiLibrary> s_loaded = new(() => new());

    private MpiLibrary()
    {
        string[] names = OperatingSystem.IsMacOS() ? ["libmpi.40.dylib", "libmpi.dylib"] : ["libmpi.so.40", "libmpi.so"];
        nint library = names.Select(Open).FirstOrDefault(handle => handle != 0);
        if (library == 0)
            throw new DllNotFoundException($"Open MPI is not there: expected {names[0]}. On Debian and Ubuntu run: apt-get install openmpi-bin");
        var version = (delegate* unmanaged<byte*, int*, int>)Find(library, "MPI_Get_library_version");
        byte* text = stackalloc byte[LongestText];
        int length = 0;
        version(text, &length);
        Version = System.Text.Encoding.UTF8.GetString(text, length).Split('\n', ',')[0].Trim('\0', ' ');
        if (!Version.StartsWith("Open MPI", StringComparison.Ordinal))
            throw new NotSupportedException($"Open MPI 4 or 5 expected, found {Version}. Install Open MPI, and start the program with its mpirun.");

        InitThread = (delegate* unmanaged<int*, byte***, int, int*, int>)Find(library, "MPI_Init_thread");
        Finalize = (delegate* unmanaged<int>)Find(library, "MPI_Finalize");
        CommRank = (delegate* unmanaged<nint, int*, int>)Find(library, "MPI_Comm_rank");
        CommSize = (delegate* unmanaged<nint, int*, int>)Find(library, "MPI_Comm_size");
        CommDup = (delegate* unmanaged<nint, nint*, int>)Find(library, "MPI_Comm_dup");
        CommFree = (delegate* unmanaged<nint*, int>)Find(library, "MPI_Comm_free");
        Allreduce = (delegate* unmanaged<nint, void*, int, nint, nint, nint, int>)Find(library, "MPI_Allreduce");
        Bcast = (delegate* unmanaged<void*, int, nint, int, nint, int>)Find(library, "MPI_Bcast");
        Barrier = (delegate* unmanaged<nint, int>)Find(library, "MPI_Barrier");
        Send = (delegate* unmanaged<void*, int, nint, int, int, nint, int>)Find(library, "MPI_Send");
        Recv = (delegate* unmanaged<void*, int, nint, int, int, nint, MpiStatus*, int>)Find(library, "MPI_Recv");
        Iprobe = (delegate* unmanaged<int, int, nint, int*, MpiStatus*, int>)Find(library, "MPI_Iprobe");
        OpCreate = (delegate* unmanaged<void*, int, nint*, int>)Find(library, "MPI_Op_create");
        Abort = (delegate* unmanaged<nint, int, int>)Find(library, "MPI_Abort");
        World = Find(library, "ompi_mpi_comm_world");
        Float = Find(library, "ompi_mpi_float");
        Double = Find(library, "ompi_mpi_double");
        Byte = Find(library, "ompi_mpi_byte");
        UInt16 = Find(library, "ompi_mpi_uint16_t");
        SumOperation = Find(library, "ompi_mpi_op_sum");
    }

    /// <summary>The library, loaded once.</summary>
    /// <exception cref="DllNotFoundException">It is not there.</exception>
    /// <exception cref="NotSupportedException">It is another implementation of MPI.</exception>
    public static MpiLibrary Loaded => s_loaded.Value;

    /// <summary>Name and version, such as <c>Open MPI v4.1.4</c>.</summary>
    public string Version { get; }

    public delegate* unmanaged<int*, byte***, int, int*, int> InitThread { get; }

    public delegate* unmanaged<int> Finalize { get; }

    public delegate* unmanaged<nint, int*, int> CommRank { get; }

    public delegate* unmanaged<nint, int*, int> CommSize { get; }

    public delegate* unmanaged<nint, nint*, int> CommDup { get; }

    public delegate* unmanaged<nint*, int> CommFree { get; }

    public delegate* unmanaged<nint, void*, int, nint, nint, nint, int> Allreduce { get; }

    public delegate* unmanaged<void*, int, nint, int, nint, int> Bcast { get; }

    public delegate* unmanaged<nint, int> Barrier { get; }

    public delegate* unmanaged<void*, int, nint, int, int, nint, int> Send { get; }

    public delegate* unmanaged<void*, int, nint, int, int, nint, MpiStatus*, int> Recv { get; }

    public delegate* unmanaged<int, int, nint, int*, MpiStatus*, int> Iprobe { get; }

    public delegate* unmanaged<void*, int, nint*, int> OpCreate { get; }

    public delegate* unmanaged<nint, int, int> Abort { get; }

    public nint World { get; }

    public nint Float { get; }

    public nint Double { get; }

    public nint Byte { get; }

    public nint UInt16 { get; }

    public nint SumOperation { get; }

    // With the runtime's own loader the plugins of Open MPI do not find the symbols of the library that they belong to.
    private static nint Open(string name) => DlOpen(name, LoadNow | (OperatingSystem.IsMacOS() ? LoadGlobalOnMac : LoadGlobalOnLinux));

    private static nint Find(nint library, string name) => NativeLibrary.TryGetExport(library, name, out nint address)
        ? address
        : throw new NotSupportedException($"Open MPI 4 or 5 expected, found a library for MPI without {name}.");

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint DlOpen(string name, int flags);
}

/// <summary>Open MPI's <c>MPI_Status</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MpiStatus
{
    public int Source;
    public int Tag;
    public int Error;
    public int Cancelled;
    public nuint Count;
}
