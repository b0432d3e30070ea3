using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>Messages no server should send, and some do. A client has to outlive each.</summary>
public enum OddMessage
{
    /// <summary>Text that is no JSON.</summary>
    NotJson,

    /// <summary>JSON that ends too early.</summary>
    Truncated,

    /// <summary>JSON that is no object.</summary>
    NotAnObject,

    /// <summary>An object without <c>type</c>.</summary>
    NoType,

    /// <summary>An object whose <c>type</c> is no string.</summary>
    NumericType,

    /// <summary>An event of a kind nobody knows.</summary>
    UnknownType,

    /// <summary>A known event whose members have the wrong JSON types.</summary>
    WrongShape,

    /// <summary>A known event with an escaped half of a surrogate pair in its text.</summary>
    LoneSurrogate,

    /// <summary>A known event with bytes that are no UTF-8 in its text.</summary>
    BadUtf8,

    /// <summary>A known audio event whose audio is not base64.</summary>
    BadBase64,

    /// <summary>An object in an object, 100,000 deep.</summary>
    Deep,

    /// <summary>A message without any byte.</summary>
    Empty,
}

internal static class OddMessages
{
    private const int Depth = 100_000;

    public static byte[] Bytes(OddMessage kind) => kind switch
    {
        OddMessage.NotJson => "hello"u8.ToArray(),
        OddMessage.Truncated => """{"type":"error","error":{"message":"cut of"""u8.ToArray(),
        OddMessage.NotAnObject => """["error"]"""u8.ToArray(),
        OddMessage.NoType => """{"event_id":"event_1"}"""u8.ToArray(),
        OddMessage.NumericType => """{"type":7}"""u8.ToArray(),
        OddMessage.UnknownType => """{"type":"weather.changed","event_id":"event_1","sky":{"clouds":[1,2]}}"""u8.ToArray(),
        OddMessage.WrongShape => """{"type":"response.output_text.delta","delta":{"no":"text"},"output_index":"first"}"""u8.ToArray(),
        OddMessage.LoneSurrogate => """{"type":"response.output_text.delta","delta":"half \ud83d a pair"}"""u8.ToArray(),
        OddMessage.BadUtf8 => [.. """{"type":"response.output_text.delta","delta":" """u8, 0xC3, 0x28, 0xFF, .. "\"}"u8],
        OddMessage.BadBase64 => """{"type":"response.output_audio.delta","delta":"not base64!"}"""u8.ToArray(),
        OddMessage.Deep => Encoding.ASCII.GetBytes(
            $$"""{"type":"weather.changed","sky":{{string.Concat(Enumerable.Repeat("{\"a\":", Depth))}}1{{new string('}', Depth)}}}"""),
        OddMessage.Empty => [],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
