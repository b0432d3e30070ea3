using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>Creates IDs like the service's: random, or with a seed the same in every run that requests them in the same order.</summary>
internal sealed class IdSource(int? seed)
{
    private readonly int _seed = seed ?? RandomNumberGenerator.GetInt32(int.MaxValue);
    private long _next;

    /// <summary>Creates an ID: the prefix, followed by hexadecimal digits, with the same length as the service's IDs.</summary>
    public string Next(string prefix)
    {
        Span<byte> input = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(input, _seed);
        BinaryPrimitives.WriteInt64LittleEndian(input[4..], Interlocked.Increment(ref _next));
        return prefix + Convert.ToHexStringLower(SHA256.HashData(input))[..GetLength(prefix)];
    }

    /// <summary>
    /// Sources: the API reference's examples (<c>sess_</c>, <c>resp_</c>, <c>item_</c>, <c>conv_</c>, <c>event_</c>, <c>ek_</c>, <c>rtc_</c>), the
    /// guides' (<c>call_</c>, <c>evt_</c>), and the header <c>x-request-id</c> of recorded answers. IDs of other kinds are as long as an item's.
    /// </summary>
    private static int GetLength(string prefix) => prefix switch
    {
        "call_" => 16,
        "ek_" or "evt_" or "req_" or "rtc_" => 32,
        _ => 21,
    };
}
