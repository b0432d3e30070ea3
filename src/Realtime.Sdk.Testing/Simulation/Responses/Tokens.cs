namespace Realtime.Sdk.Testing.Internal;

/// <summary>Counts tokens by length.</summary>
internal readonly record struct Tokens(int Text, int Audio, int Image)
{
    private const int Characters = 4, PerImage = 85, PerItem = 3;

    private static readonly TimeSpan Heard = TimeSpan.FromMilliseconds(100), Spoken = TimeSpan.FromMilliseconds(50);

    public int Total => Text + Audio + Image;

    public static Tokens operator +(Tokens left, Tokens right) => new(left.Text + right.Text, left.Audio + right.Audio, left.Image + right.Image);

    public static int CountText(string? text) => ((text?.Length ?? 0) + Characters - 1) / Characters;

    public static int CountOutputAudio(TimeSpan length) => Count(length, Spoken);

    public static int CountInputAudio(TimeSpan length) => Count(length, Heard);

    /// <summary>Returns the input tokens of an item.</summary>
    public static Tokens Count(SimulatedItem item)
    {
        var spoken = item.IsFromAssistant ? CountOutputAudio(item.AudioLength) : CountInputAudio(item.AudioLength);
        var text = item.AudioLength > TimeSpan.Zero ? 0 : CountText(item.Words);
        return new(PerItem + text + CountText(item.Json.Text("arguments")) + CountText(item.Json.Text("output")), spoken, item.Images * PerImage);
    }

    private static int Count(TimeSpan length, TimeSpan each) => (int)((length.Ticks + each.Ticks - 1) / each.Ticks);
}
