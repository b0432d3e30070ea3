namespace Realtime.Sdk.Benchmarks;

/// <summary>Creates IDs like the service's: a prefix and 21 letters or digits. The sequence is the same in every process.</summary>
internal sealed class WireIds
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private readonly Random _random = new(20261123);

    public string Next(string prefix) => prefix + "_" + new string(_random.GetItems<char>(Alphabet, 21));

    public string Noise(int length) => new(_random.GetItems<char>(Alphabet, length));

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }
}
