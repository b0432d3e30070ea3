using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Realtime.Sdk.Internal;

/// <summary>The members an event has beside <c>type</c>, <c>event_id</c>, <c>item_id</c> and <c>delta</c>.</summary>
[Flags]
internal enum DeltaMembers
{
    None = 0,
    ResponseId = 1,
    OutputIndex = 2,
    ContentIndex = 4,
    CallId = 8,
    LogProbs = 16,
    Content = ResponseId | OutputIndex | ContentIndex,
}

/// <summary>The members of a streaming event, found in one pass over the bytes of its message and not yet turned into objects.</summary>
internal ref struct DeltaMessage
{
    private const int MostExtras = 8;

    private readonly ReadOnlySpan<byte> _message;
    private Extras _extras;
    private int _extraCount;

    public JsonText EventId, ResponseId, ItemId, CallId, Delta;
    public int OutputIndex;
    public int? ContentIndex;

    private DeltaMessage(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>
    /// Reads the members in any order. False means: not written the plain way, so let the serializer read it. It gives the same event,
    /// or says what is wrong. Throws what <see cref="WireMessage.IsContent"/> knows.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> message, scoped ReadOnlySpan<byte> type, DeltaMembers known, out DeltaMessage delta)
    {
        delta = default;
        var found = new DeltaMessage(message);
        var reader = new Utf8JsonReader(message);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueIsEscaped)
                return false;
            var start = (int)reader.TokenStartIndex;
            var name = reader.ValueSpan;
            reader.Read();
            if (!(found.TakeKnown(name, ref reader, type, known) ?? found.KeepUnknown(start, ref reader)))
                return false;
        }
        delta = found;
        return !reader.Read();
    }

    /// <summary>The unknown members as a JSON object of their own; null when there are none.</summary>
    public readonly byte[]? ExtraUtf8()
    {
        if (_extraCount == 0)
            return null;
        var length = 1;
        for (var i = 0; i < _extraCount; i++)
            length += _extras[i].Length + 1;
        var utf8 = new byte[length];
        var at = 0;
        for (var i = 0; i < _extraCount; i++)
        {
            utf8[at++] = (byte)(i == 0 ? '{' : ',');
            _message.Slice(_extras[i].Start, _extras[i].Length).CopyTo(utf8.AsSpan(at));
            at += _extras[i].Length;
        }
        utf8[at] = (byte)'}';
        return utf8;
    }

    /// <summary>Takes a known member: false when it is not written the plain way, null when it is none.</summary>
    private bool? TakeKnown(ReadOnlySpan<byte> name, ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> type, DeltaMembers known)
    {
        switch (name.Length)
        {
            case 4 when name.SequenceEqual("type"u8):
                return reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && reader.ValueSpan.SequenceEqual(type);
            case 5 when name.SequenceEqual("delta"u8):
                return JsonText.TryTake(_message, ref reader, out Delta);
            case 7 when name.SequenceEqual("item_id"u8):
                return JsonText.TryTake(_message, ref reader, out ItemId);
            case 7 when (known & DeltaMembers.CallId) != 0 && name.SequenceEqual("call_id"u8):
                return JsonText.TryTake(_message, ref reader, out CallId);
            case 8 when name.SequenceEqual("event_id"u8):
                return JsonText.TryTake(_message, ref reader, out EventId);
            case 8 when (known & DeltaMembers.LogProbs) != 0 && name.SequenceEqual("logprobs"u8):
                return reader.TokenType == JsonTokenType.Null;
            case 11 when (known & DeltaMembers.ResponseId) != 0 && name.SequenceEqual("response_id"u8):
                return JsonText.TryTake(_message, ref reader, out ResponseId);
            case 12 when (known & DeltaMembers.OutputIndex) != 0 && name.SequenceEqual("output_index"u8):
                return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out OutputIndex);
            case 13 when (known & DeltaMembers.ContentIndex) != 0 && name.SequenceEqual("content_index"u8):
                ContentIndex = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var index) ? index : null;
                return ContentIndex is not null;
            default:
                return null;
        }
    }

    private bool KeepUnknown(int start, ref Utf8JsonReader reader)
    {
        reader.Skip();
        var member = _message[start..(int)reader.BytesConsumed];
        if (_extraCount == MostExtras || !Utf8.IsValid(member) || WireMessage.HasLoneSurrogate(member))
            return false;
        _extras[_extraCount++] = (start, member.Length);
        return true;
    }

    [InlineArray(MostExtras)]
    private struct Extras
    {
        private (int Start, int Length) _first;
    }
}
