using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>Creates a configuration that can be sent from one that the server reported.</summary>
internal static class SessionCopy
{
    private static readonly string[] ServerMembers = ["id", "object", "expires_at", "client_secret"];

    public static SessionConfiguration Create(SessionConfiguration shown) => shown is UnknownSessionConfiguration unknown
        ? new UnknownSessionConfiguration(unknown.Type, RemoveServerMembers(unknown.Json))
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

    /// <summary>Removes the empty strings that servers report for a model, language or prompt that is not set.</summary>
    private static Transcription? Clean(Transcription? transcription) => transcription is TranscriptionConfiguration shown
        ? shown with { Model = NullIfBlank(shown.Model), Language = NullIfBlank(shown.Language), Prompt = NullIfBlank(shown.Prompt) }
        : transcription;

    /// <summary>Removes tracing that is off: once sent as off, it cannot be turned on again; if omitted, it does not change.</summary>
    private static Tracing? Clean(Tracing? tracing) => tracing == Tracing.Off ? null : tracing;

    /// <summary>Removes the empty string that some servers report if there is no prompt.</summary>
    private static PromptReference? Clean(PromptReference? prompt) => prompt is UnknownPromptReference { Json.ValueKind: JsonValueKind.String } ? null : prompt;

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static JsonElement RemoveServerMembers(JsonElement json)
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
