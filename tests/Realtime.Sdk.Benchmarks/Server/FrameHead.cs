namespace Realtime.Sdk.Benchmarks;

/// <summary>The header of a frame: its first byte, and the length of its payload.</summary>
internal readonly record struct FrameHead(byte First, int Length)
{
    /// <summary>Zero for a frame that continues a message, 1 for text, 8 for the end of the connection, 9 for a ping.</summary>
    public int Opcode => First & 0x0F;

    public bool IsControl => (First & 0x08) != 0;

    /// <summary>Whether it is the last frame of its message.</summary>
    public bool IsLast => (First & 0x80) != 0;
}
