using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Yolo.Model.Processes.Mpi;

/// <summary>The sum of numbers that MPI does not know.</summary>
internal static unsafe class MpiSum
{
    /// <summary>Adds bfloat16 numbers, as a function that <c>MPI_Op_create</c> takes.</summary>
    public static void* OfBFloat16 => (delegate* unmanaged[Cdecl]<ushort*, ushort*, int*, nint*, void>)&AddBFloat16;

    /// <summary>A 32-bit float to the nearest bfloat16, to the even one of two.</summary>
    public static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>A bfloat16 as a 32-bit float.</summary>
    public static float FromBFloat16(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void AddBFloat16(ushort* values, ushort* sums, int* count, nint* type)
    {
        for (int i = 0; i < *count; i++)
            sums[i] = ToBFloat16(FromBFloat16(values[i]) + FromBFloat16(sums[i]));
    }
}
