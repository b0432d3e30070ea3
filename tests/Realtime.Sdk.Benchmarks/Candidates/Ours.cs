using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Benchmarks;

/// <summary>This SDK, on the code paths with which its connection receives and sends.</summary>
internal static class Ours
{
    public const string Plain = "ours";
    public const string Owned = "ours, owned";
    public const string Leased = "ours, leased";
    public const string Deserialize = "ours, RealtimeJson.Deserialize";
    public const string Messages = "ours, ReadMessagesAsync + RealtimeJson";

    public static Work WorkOf(ServerEvent serverEvent) => serverEvent switch
    {
        ResponseOutputAudioDeltaEvent audio => new(1, audio.Delta.Length, 0),
        ResponseOutputAudioTranscriptDeltaEvent text => new(1, 0, text.Delta.Length),
        ResponseOutputAudioTranscriptDoneEvent text => new(1, 0, text.Transcript.Length),
        ConversationItemInputAudioTranscriptionDeltaEvent text => new(1, 0, text.Delta.Length),
        ConversationItemInputAudioTranscriptionCompletedEvent text => new(1, 0, text.Transcript.Length),
        SessionCreatedEvent created => new(1, 0, TextOf(created.Session)),
        SessionUpdatedEvent updated => new(1, 0, TextOf(updated.Session)),
        ResponseDoneEvent done => new(1, 0, done.Response.Usage!.TotalTokens!.Value + TextOf(done.Response)),
        _ => new(1, 0, 0),
    };

    public static RealtimeClientOptions Options(Uri endpoint) => new()
    {
        ApiKey = "sk-benchmark",
        BaseUrl = endpoint,
        AllowInsecureTransport = true,
    };

    private static int TextOf(RealtimeSession session)
    {
        var configuration = (RealtimeSessionConfiguration)session.Configuration;
        return configuration.Instructions!.Length + configuration.Tools!.Sum(tool => ((FunctionTool)tool).Name.Length);
    }

    private static int TextOf(RealtimeResponse response) => ((OutputAudioPart)((MessageItem)response.Output![0]).Content[0]).Transcript!.Length;
}

/// <summary>Client secrets by this SDK, which validates the request.</summary>
internal sealed class OurSecrets(Uri endpoint) : IDisposable
{
    private readonly RealtimeClient _client = new(Ours.Options(endpoint));

    public async Task<string> CreateAsync() => (await _client.CreateClientSecretAsync(Request())).Value;

    public void Dispose() => _client.Dispose();

    private static ClientSecretRequest Request() => new()
    {
        ExpiresAfter = TimeSpan.FromMinutes(10),
        Session = new RealtimeSessionConfiguration
        {
            Model = SessionJson.Model,
            Instructions = SessionJson.Instructions,
            Tools = [.. SessionJson.Tools.Select(tool => new FunctionTool { Name = tool.Name, Description = tool.Description, Parameters = JsonSchema.Parse(tool.Parameters) })],
            Audio = new()
            {
                Input = new() { Format = AudioFormat.Pcm, TurnDetection = new ServerVad { SilenceDuration = TimeSpan.FromMilliseconds(400) } },
                Output = new() { Format = AudioFormat.Pcm, Voice = Voice.Marin },
            },
        },
    };
}
