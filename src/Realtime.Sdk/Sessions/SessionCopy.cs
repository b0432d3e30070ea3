using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>Makes of a session that the server showed one that can be sent.</summary>
internal static class SessionCopy
{
    private static readonly string[] ServerMembers = ["id", "object", "expires_at", "client_secret"];

    public static SessionConfiguration Create(SessionConfiguration shown) => shown is UnknownSessionConfiguration unknown
        ? new UnknownSessionConfiguration(unknown.Type, WithoutServerMembers(unknown.Json))
        : shown.WithoutUnknownMembers() switch
        {
            RealtimeSessionConfiguration realtime => realtime with
            {
                Audio = realtime.Audio is { Input: { } input } audio ? audio with { Input = Clean(input) } : realtime.Audio,
                Tracing = Clean(realtime.Tracing),
                Prompt = Clean(realtime.Prompt),
            },
            TranscriptionSessionConfiguration { Audio: { Input: { } input } audio } transcription => transcription with { Audio = audio with { Input = Clean(input) } },
            TranslationSessionConfiguration { Audio: { Input: { } input } audio } translation =>
                translation with { Model = null, Audio = audio with { Input = input with { Transcription = Clean(input.Transcription) } } },
            TranslationSessionConfiguration translation => translation with { Model = null },
            LegacySessionConfiguration legacy => legacy with
            {
                InputAudioTranscription = Clean(legacy.InputAudioTranscription),
                Tracing = Clean(legacy.Tracing),
                Prompt = Clean(legacy.Prompt),
                ClientSecretExpiresAfter = null,
            },
            LegacyTranscriptionSessionConfiguration legacy => legacy with
            {
                InputAudioTranscription = Clean(legacy.InputAudioTranscription),
                ClientSecretExpiresAfter = null,
            },
            var other => other,
        };

    private static AudioInputConfiguration Clean(AudioInputConfiguration input) => input with { Transcription = Clean(input.Transcription) };

    /// <summary>Without the empty texts that servers show for a model, a language or a prompt that is not set.</summary>
    private static Transcription? Clean(Transcription? transcription) => transcription is TranscriptionConfiguration shown
        ? shown with { Model = NullIfBlank(shown.Model), Language = NullIfBlank(shown.Language), Prompt = NullIfBlank(shown.Prompt) }
        : transcription;

    /// <summary>Tracing that was sent as off cannot be turned on any more; left out it stays as it is.</summary>
    private static Tracing? Clean(Tracing? tracing) => tracing == Tracing.Off ? null : tracing;

    /// <summary>A server that has no prompt may show an empty text.</summary>
    private static PromptReference? Clean(PromptReference? prompt) => prompt is UnknownPromptReference { Json.ValueKind: JsonValueKind.String } ? null : prompt;

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static JsonElement WithoutServerMembers(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return json.Clone();
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var member in json.EnumerateObject())
            {
                if (!ServerMembers.Contains(member.Name))
                    member.WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
