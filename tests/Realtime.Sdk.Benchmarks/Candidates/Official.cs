using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Realtime;
using Theirs = OpenAI.Realtime;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The official package, on the code paths with which it receives and sends.</summary>
internal static class Official
{
    /// <summary>Calls what the package's receive loop calls for each message.</summary>
    public static RealtimeServerUpdate Read(BinaryData message) =>
        ModelReaderWriter.Read<RealtimeServerUpdate>(message, ModelReaderWriterOptions.Json, OpenAIContext.Default)!;

    /// <summary>Calls what the package calls to send a command, up to the array that it passes to the socket.</summary>
    public static byte[] WriteAppend(BinaryData pcm) =>
        ModelReaderWriter.Write<RealtimeClientCommand>(
            new RealtimeClientCommandInputAudioBufferAppend(pcm), ModelReaderWriterOptions.Json, OpenAIContext.Default).ToArray();

    public static Work WorkOf(RealtimeServerUpdate update) => update switch
    {
        RealtimeServerUpdateResponseOutputAudioDelta audio => new(1, audio.Delta.ToMemory().Length, 0),
        RealtimeServerUpdateResponseOutputAudioTranscriptDelta text => new(1, 0, text.Delta.Length),
        RealtimeServerUpdateResponseOutputAudioTranscriptDone text => new(1, 0, text.Transcript.Length),
        RealtimeServerUpdateConversationItemInputAudioTranscriptionDelta text => new(1, 0, text.Delta.Length),
        RealtimeServerUpdateConversationItemInputAudioTranscriptionCompleted text => new(1, 0, text.Transcript.Length),
        RealtimeServerUpdateSessionCreated { Session: RealtimeConversationSession session } => new(1, 0, TextOf(session)),
        RealtimeServerUpdateSessionUpdated { Session: RealtimeConversationSession session } => new(1, 0, TextOf(session)),
        RealtimeServerUpdateResponseDone done => new(1, 0, done.Response.Usage.TotalTokenCount!.Value + TextOf(done.Response)),
        _ => new(1, 0, 0),
    };

    private static int TextOf(RealtimeConversationSession session) =>
        session.Instructions.Length + session.Tools.Sum(tool => ((RealtimeFunctionTool)tool).FunctionName.Length);

    private static int TextOf(Theirs.RealtimeResponse response) =>
        ((RealtimeOutputAudioMessageContentPart)((RealtimeMessageItem)response.OutputItems[0]).Content[0]).Transcript.Length;

    public static Theirs.RealtimeClient Client(Uri endpoint) => new(new ApiKeyCredential("sk-benchmark"), new() { Endpoint = endpoint });
}

/// <summary>A session of the official package.</summary>
internal sealed class OfficialSession : ISession
{
    private readonly RealtimeSessionClient _session;
#pragma warning disable CA2213 // A read may be pending; aborting the socket ends it, and with it the enumerator.
    private readonly IAsyncEnumerator<RealtimeServerUpdate> _updates;
#pragma warning restore CA2213

    private OfficialSession(RealtimeSessionClient session)
    {
        _session = session;
        _updates = session.ReceiveUpdatesAsync().GetAsyncEnumerator();
    }

    /// <summary>Connects with one client for all sessions, as a program would.</summary>
    public static Connect Connector(Uri endpoint)
    {
        var client = Official.Client(endpoint);
        return async model => new OfficialSession(await client.StartConversationSessionAsync(model));
    }

    public Task AskAsync() => _session.StartResponseAsync();

    public async Task<bool> ReadAsync(Tally tally, string? until)
    {
        while (await _updates.MoveNextAsync())
        {
            tally.Add(Official.WorkOf(_updates.Current));
            if (until is not null && _updates.Current.Kind == new RealtimeServerUpdateKind(until))
                return true;
        }
        return false;
    }

    public ValueTask DisposeAsync()
    {
        _session.WebSocket.Abort();
        _session.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Client secrets by the official package.</summary>
internal sealed class OfficialSecrets(Uri endpoint)
{
    private readonly Theirs.RealtimeClient _client = Official.Client(endpoint);

    public async Task<string> CreateAsync() => (await _client.CreateRealtimeClientSecretAsync(Request())).Value.Value;

    private static CreateClientSecretOptions Request()
    {
        var session = new RealtimeConversationSessionOptions
        {
            Model = SessionJson.Model,
            Instructions = SessionJson.Instructions,
            AudioOptions = new()
            {
                InputAudioOptions = new()
                {
                    AudioFormat = new RealtimePcmAudioFormat(),
                    TurnDetection = new RealtimeServerVadTurnDetection { SilenceDuration = TimeSpan.FromMilliseconds(400) },
                },
                OutputAudioOptions = new() { AudioFormat = new RealtimePcmAudioFormat(), Voice = RealtimeVoice.Marin },
            },
        };
        foreach (var tool in SessionJson.Tools)
            session.Tools.Add(new RealtimeFunctionTool(tool.Name) { FunctionDescription = tool.Description, FunctionParameters = BinaryData.FromString(tool.Parameters) });
        return new() { SessionOptions = session, ExpirationPolicy = new() { Anchor = RealtimeClientSecretExpirationAnchor.CreatedAt, Seconds = 600 } };
    }
}
