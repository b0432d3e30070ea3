using System.Text.Unicode;

namespace Realtime.Sdk.Internal;

/// <summary>The members of a streaming event in addition to <c>type</c>, <c>event_id</c>, <c>item_id</c> and <c>delta</c>.</summary>
[Flags]
internal enum DeltaMembers
{
    None = 0,
    ResponseId = 1,
    OutputIndex = 2,
    ContentIndex = 4,
    CallId = 8,
    LogProbs = 16,

    /// <summary>The sample rate, channels and encoding of translated audio, which are members of each event.</summary>
    AudioFormat = 32,

    /// <summary><c>delta</c> is base64. Its text may be unexamined, so it must be decoded with <see cref="WireAudio"/>, which rejects everything else.</summary>
    Base64 = 64,
    Content = ResponseId | OutputIndex | ContentIndex,
}

/// <summary>The members of a streaming event, found in one pass over the bytes of the message and not yet converted to objects.</summary>
internal struct DeltaMessage
{
    private UnknownMembers _unknown;

    public JsonStringSlice EventId, ResponseId, ItemId, CallId, Delta;
    public int? OutputIndex, ContentIndex;

    /// <summary>
    /// Reads the members in any order. Returns <see langword="false"/> if the message is not written in the simple form that this reader supports; the
    /// generated reader then reads the same event or reports the error. May throw the exceptions for which <see cref="WireMessage.IsContentError"/> returns
    /// <see langword="true"/>.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> message, ReadOnlySpan<byte> type, DeltaMembers known, out DeltaMessage delta)
    {
        delta = default;
        var members = new FastJsonObjectReader(message);
        if (members.TrySkipFirstType(out var first) && !first.SequenceEqual(type))
            return false;
        while (members.MoveNext())
        {
            if (!(delta.TryReadKnown(message, ref members, type, known) ?? delta.TryAddUnknown(message, ref members)))
                return false;
        }
        return members.IsComplete;
    }

    /// <summary>
    /// Returns whether <c>item_id</c>, <c>delta</c> and the given members are present. Events that lack one of them are left to the generated reader, which keeps track
    /// of absent members.
    /// </summary>
    public readonly bool HasAll(DeltaMembers members) => Delta.IsPresent && ItemId.IsPresent
        && ((members & DeltaMembers.ResponseId) == 0 || ResponseId.IsPresent)
        && ((members & DeltaMembers.OutputIndex) == 0 || OutputIndex is not null)
        && ((members & DeltaMembers.ContentIndex) == 0 || ContentIndex is not null)
        && ((members & DeltaMembers.CallId) == 0 || CallId.IsPresent);

    /// <inheritdoc cref="UnknownMembers.ToUtf8"/>
    public readonly byte[]? GetExtraUtf8(ReadOnlySpan<byte> message) => _unknown.ToUtf8(message);

    /// <summary>Reads a known member. Returns <see langword="false"/> if it is not written in the simple form, and null if it is not a known member.</summary>
    private bool? TryReadKnown(ReadOnlySpan<byte> message, ref FastJsonObjectReader members, ReadOnlySpan<byte> type, DeltaMembers known)
    {
        var name = members.Name;
        switch (name.Length)
        {
            case 4 when name.SequenceEqual("type"u8):
                // Compared although the type was found before, because a message with a second, different type is malformed.
                return members.TryReadString(out var text) && text.TryGetPlain(message, out var utf8) && utf8.SequenceEqual(type);
            case 5 when name.SequenceEqual("delta"u8):
                return ((known & DeltaMembers.Base64) != 0 && !Delta.IsPresent && members.TryTakeLastString(out Delta)) || TryReadOnce(ref members, ref Delta);
            case 7 when name.SequenceEqual("item_id"u8):
                return TryReadOnce(ref members, ref ItemId);
            // Audio in a format other than the default is left to the generated reader, and remains an event.
            case 6 when (known & DeltaMembers.AudioFormat) != 0 && name.SequenceEqual("format"u8):
                return members.TryReadString(out var format) && format.TryGetPlain(message, out var encoding) && encoding.SequenceEqual("pcm16"u8);
            case 7 when (known & DeltaMembers.CallId) != 0 && name.SequenceEqual("call_id"u8):
                return TryReadOnce(ref members, ref CallId);
            case 8 when name.SequenceEqual("event_id"u8):
                return TryReadOnce(ref members, ref EventId);
            case 8 when (known & DeltaMembers.AudioFormat) != 0 && name.SequenceEqual("channels"u8):
                return members.TryReadInt32(out var channels) && channels == 1;
            case 8 when (known & DeltaMembers.LogProbs) != 0 && name.SequenceEqual("logprobs"u8):
                return members.TryReadNull();
            case 11 when (known & DeltaMembers.AudioFormat) != 0 && name.SequenceEqual("sample_rate"u8):
                return members.TryReadInt32(out var rate) && rate == 24_000;
            case 11 when (known & DeltaMembers.ResponseId) != 0 && name.SequenceEqual("response_id"u8):
                return TryReadOnce(ref members, ref ResponseId);
            case 12 when (known & DeltaMembers.OutputIndex) != 0 && name.SequenceEqual("output_index"u8):
                OutputIndex = members.TryReadInt32(out var output) ? output : null;
                return OutputIndex is not null;
            case 13 when (known & DeltaMembers.ContentIndex) != 0 && name.SequenceEqual("content_index"u8):
                ContentIndex = members.TryReadInt32(out var index) ? index : null;
                return ContentIndex is not null;
            default:
                return null;
        }
    }

    /// <summary>Reads a string. Duplicate names are left to the generated reader, because the first value would never be validated here.</summary>
    private static bool TryReadOnce(ref FastJsonObjectReader members, ref JsonStringSlice text) => !text.IsPresent && members.TryReadString(out text);

    private bool TryAddUnknown(ReadOnlySpan<byte> message, ref FastJsonObjectReader members)
    {
        if (!members.TrySkip())
            return false;
        var member = message[members.Start..members.Position];
        if (!Utf8.IsValid(member) || WireMessage.HasLoneSurrogate(member))
            return false;
        _unknown.Add(message, members.Start, members.Position);
        return true;
    }
}
