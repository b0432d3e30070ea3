namespace Realtime.Sdk.Internal;

/// <summary>The entry in the metadata of a response by which its reply is recognized; the app does not see it.</summary>
internal static class ReplyTag
{
    // response.done repeats the metadata of its request, so an entry of it identifies the reply.
    private const string MetadataKey = "realtime_sdk_reply";

    private const string ExtractionPrefix = "extract_";

    /// <summary>Creates the tag of a reply.</summary>
    public static string Create(bool isExtraction) => $"{(isExtraction ? ExtractionPrefix : "")}{Guid.NewGuid().ToString("N")[..16]}";

    /// <summary>Whether only the SDK reads the output of a response.</summary>
    public static bool IsExtraction(RealtimeResponse response) => Get(response)?.StartsWith(ExtractionPrefix, StringComparison.Ordinal) == true;

    public static string? Get(RealtimeResponse response) => response.Metadata?.GetValueOrDefault(MetadataKey);

    /// <summary>Returns the metadata of a response with the tag.</summary>
    public static Dictionary<string, string> Add(IReadOnlyDictionary<string, string>? metadata, string tag) =>
        metadata is null ? new(1, StringComparer.Ordinal) { [MetadataKey] = tag } : new(metadata, StringComparer.Ordinal) { [MetadataKey] = tag };

    /// <summary>Returns the event as the app sees it.</summary>
    public static ServerEvent Remove(ServerEvent serverEvent) => serverEvent switch
    {
        ResponseCreatedEvent { Response: { } response } created when Get(response) is not null => created with { Response = Remove(response) },
        ResponseDoneEvent { Response: { } response } done when Get(response) is not null => done with { Response = Remove(response) },
        _ => serverEvent,
    };

    private static RealtimeResponse Remove(RealtimeResponse response) =>
        response with { Metadata = response.Metadata!.Where(entry => entry.Key != MetadataKey).ToDictionary(StringComparer.Ordinal) };
}
