using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>Ids that look like the service's: random from run to run, or the same for the same seed and order of asking.</summary>
internal sealed class IdSource(int? seed)
{
    private const int IdCharacters = 21, SecretCharacters = 32;

    private readonly int _seed = seed ?? RandomNumberGenerator.GetInt32(int.MaxValue);
    private long _next;

    /// <summary>A new id: the prefix, then 21 hexadecimal digits, so that an item's id is as long as one of the service.</summary>
    public string Next(string prefix) => Next(prefix, IdCharacters);

    /// <summary>A new secret: the prefix, then 32 hexadecimal digits.</summary>
    public string NextSecret(string prefix) => Next(prefix, SecretCharacters);

    private string Next(string prefix, int characters)
    {
        Span<byte> input = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(input, _seed);
        BinaryPrimitives.WriteInt64LittleEndian(input[4..], Interlocked.Increment(ref _next));
        return prefix + Convert.ToHexStringLower(SHA256.HashData(input))[..characters];
    }
}
