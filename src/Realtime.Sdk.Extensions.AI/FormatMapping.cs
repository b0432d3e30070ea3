namespace Realtime.Sdk.Extensions.AI.Internal;

/// <summary>Audio formats, voices, token limits and modalities, in both directions.</summary>
internal static class FormatMapping
{
    private const int G711Rate = 8_000;
    private const int DefaultRate = 24_000;

    // Custom voices have an ID, and Microsoft.Extensions.AI has one text for both kinds of voices.
    private const string CustomVoicePrefix = "voice_";

    public static AudioFormat? WriteFormat(RealtimeAudioFormat? format) => format switch
    {
        null => null,
        _ when Is(format, "audio/pcm") => new PcmAudioFormat { Rate = format.SampleRate },
        _ when Is(format, "audio/pcmu") => new PcmuAudioFormat { AdditionalProperties = OtherRate(format) },
        _ when Is(format, "audio/pcma") => new PcmaAudioFormat { AdditionalProperties = OtherRate(format) },
        _ => RealtimeJson.Deserialize<AudioFormat>(WriteUnknown(format)),
    };

    public static RealtimeAudioFormat? ReadFormat(AudioFormat? format) => format switch
    {
        null => null,
        PcmAudioFormat pcm => new(pcm.Type, pcm.Rate ?? DefaultRate),
        PcmuAudioFormat or PcmaAudioFormat => new(format.Type, G711Rate),
        _ when string.IsNullOrWhiteSpace(format.Type) => null,
        _ => new(format.Type, ReadRate(format)),
    };

    /// <summary>Returns the media type of audio in the format; that of the service's default if the format is not known.</summary>
    public static string MediaType(AudioFormat? format) => format is PcmuAudioFormat or PcmaAudioFormat ? format.Type : AudioFormat.Pcm.Type;

    public static Voice? WriteVoice(string? voice) => voice switch
    {
        null => null,
        _ when voice.StartsWith(CustomVoicePrefix, StringComparison.Ordinal) => new CustomVoice { Id = voice },
        _ => new BuiltInVoice(voice),
    };

    public static string? ReadVoice(Voice? voice) => voice switch
    {
        BuiltInVoice builtIn => builtIn.Name,
        CustomVoice custom => custom.Id,
        _ => null,
    };

    public static TokenLimit? WriteLimit(int? tokens) => tokens switch
    {
        null => null,
        int.MaxValue => TokenLimit.Unlimited,
        { } limit => limit,
    };

    public static int? ReadLimit(TokenLimit? limit) => limit is { } given ? given.Tokens ?? int.MaxValue : null;

    public static IReadOnlyList<OutputModality>? WriteModalities(IEnumerable<string>? modalities) =>
        modalities is null ? null : [.. modalities.Select(name => new OutputModality(name))];

    public static List<string>? ReadModalities(IReadOnlyList<OutputModality>? modalities) => modalities?.Select(modality => modality.Value).ToList();

    // 0 if the server does not report it: the format is newer than this package, and its rate cannot be assumed.
    private static int ReadRate(AudioFormat format) => format is UnknownAudioFormat { Json: { ValueKind: JsonValueKind.Object } json }
        && json.TryGetProperty("rate"u8, out var rate) && rate.ValueKind == JsonValueKind.Number && rate.TryGetInt32(out var hertz) ? hertz : 0;

    private static bool Is(RealtimeAudioFormat format, string mediaType) => string.Equals(format.MediaType, mediaType, StringComparison.OrdinalIgnoreCase);

    // G.711 has a fixed rate. Another one is sent in a member that the validation refuses, with its path.
    private static Dictionary<string, JsonElement> OtherRate(RealtimeAudioFormat format) => format.SampleRate == G711Rate
        ? []
        : new() { ["rate"] = JsonElement.Parse(format.SampleRate.ToString(System.Globalization.CultureInfo.InvariantCulture)) };

    private static ReadOnlySpan<byte> WriteUnknown(RealtimeAudioFormat format)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, format.MediaType);
            writer.WriteNumber("rate"u8, format.SampleRate);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan;
    }
}
