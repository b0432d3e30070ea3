using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>
/// Messages that no server should send, although some do. A client must tolerate all of them except <see cref="BadUtf8"/>, which fails the WebSocket.
/// </summary>
public enum MalformedMessage
{
    /// <summary>Text that is not JSON.</summary>
    NotJson,

    /// <summary>JSON that ends too early.</summary>
    Truncated,

    /// <summary>JSON that is not an object.</summary>
    NotAnObject,

    /// <summary>An object without <c>type</c>.</summary>
    NoType,

    /// <summary>An object whose <c>type</c> is not a string.</summary>
    NumericType,

    /// <summary>An event of an unknown type.</summary>
    UnknownType,

    /// <summary>A known event whose members have the wrong JSON types.</summary>
    WrongShape,

    /// <summary>A known event with an escaped lone surrogate in its text.</summary>
    LoneSurrogate,

    /// <summary>A known event with bytes that are not valid UTF-8 in its text.</summary>
    BadUtf8,

    /// <summary>A known audio event whose audio is not base64.</summary>
    BadBase64,

    /// <summary>Objects that are nested 100,000 levels deep.</summary>
    Deep,

    /// <summary>An empty message.</summary>
    Empty,
}

internal static class MalformedMessages
{
    private const int Depth = 100_000;

    public static byte[] Bytes(MalformedMessage kind) => kind switch
    {
        MalformedMessage.NotJson => "hello"u8.ToArray(),
        MalformedMessage.Truncated => """{"type":"error","error":{"message":"cut of"""u8.ToArray(),
        MalformedMessage.NotAnObject => """["error"]"""u8.ToArray(),
        MalformedMessage.NoType => """{"event_id":"event_1"}"""u8.ToArray(),
        MalformedMessage.NumericType => """{"type":7}"""u8.ToArray(),
        MalformedMessage.UnknownType => """{"type":"weather.changed","event_id":"event_1","sky":{"clouds":[1,2]}}"""u8.ToArray(),
        MalformedMessage.WrongShape => """{"type":"response.output_text.delta","delta":{"no":"text"},"output_index":"first"}"""u8.ToArray(),
        MalformedMessage.LoneSurrogate => """{"type":"response.output_text.delta","delta":"half \ud83d a pair"}"""u8.ToArray(),
        MalformedMessage.BadUtf8 => [.. """{"type":"response.output_text.delta","delta":" """u8, 0xC3, 0x28, 0xFF, .. "\"}"u8],
        MalformedMessage.BadBase64 => """{"type":"response.output_audio.delta","delta":"not base64!"}"""u8.ToArray(),
        MalformedMessage.Deep => Encoding.ASCII.GetBytes(
            $$"""{"type":"weather.changed","sky":{{string.Concat(Enumerable.Repeat("{\"a\":", Depth))}}1{{new string('}', Depth)}}}"""),
        MalformedMessage.Empty => [],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
