namespace Realtime.Sdk.Internal;

/// <summary>Reads the messages of a translation session as events.</summary>
internal sealed class TranslationEventReader : IEventReader<TranslationServerEvent>
{
    private readonly DeltaIds _ids = new();

    public TranslationServerEvent Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> type) =>
        WireMessage.TryRead<TranslationServerEvent>(message, out var read, out var fault, type)
            ? read
            : new MalformedTranslationEvent(WireMessage.GetDisplayType(message), fault.Reason, fault.Path, message.Length);

    public bool IsOutputAudio(ReadOnlySpan<byte> type) => type.SequenceEqual("session.output_audio.delta"u8);

    /// <summary>Reads output audio. Returns false for any format other than mono PCM at 24 kHz, which is delivered as an event.</summary>
    public bool TryReadOutputAudio(ReadOnlySpan<byte> message, scoped ReadOnlySpan<byte> type, ref byte[] buffer, out OutputAudioDelta delta)
    {
        delta = default;
        try
        {
            return IsOutputAudio(type)
                && DeltaMessage.TryRead(message, type, DeltaMembers.AudioFormat | DeltaMembers.Base64, out var members)
                && OutputAudioDelta.TryRead(message, in members, _ids, ref buffer, out delta);
        }
        catch (Exception e) when (WireMessage.IsContentError(e))
        {
            return false;
        }
    }
}
