namespace Realtime.Sdk.Interop.Tests;

/// <summary>The SDK's own client holds the same turns as the others, and does nothing the service would punish.</summary>
public sealed class OwnClientTests : IAsyncLifetime
{
    private RealtimeEmulator _emulator = null!;
    private RealtimeClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync();
        _client = _emulator.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _emulator.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_minted_secret_opens_its_session()
    {
        var secret = await _client.CreateClientSecretAsync(new RealtimeSessionConfiguration { Model = "gpt-realtime", Instructions = "Be brief." }).WithTimeout();

        using var client = _emulator.CreateClient(options => options.ApiKey = secret.Value);
        await using var connection = await client.ConnectAsync("gpt-realtime").WithTimeout();
        var created = (await connection.ReadEventsAsync().GetAsyncEnumerator().UntilAsync(_ => true))[0];

        created.Should().BeOfType<SessionCreatedEvent>().Which.Session.Configuration.Should().BeOfType<RealtimeSessionConfiguration>()
            .Which.Instructions.Should().Be("Be brief.");
        _emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_text_turn_streams_its_answer()
    {
        await using var connection = await _client.ConnectAsync(new RealtimeSessionConfiguration { Model = "gpt-realtime", OutputModalities = [OutputModality.Text] }).WithTimeout();

        await connection.SendTextAsync("Good morning");
        await connection.CreateResponseAsync();
        var events = await connection.ReadEventsAsync().GetAsyncEnumerator().UntilAsync(received => received is ResponseDoneEvent);

        string.Concat(events.OfType<ResponseOutputTextDeltaEvent>().Select(text => text.Delta)).Should().Be("You said: Good morning");
        _emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_spoken_turn_is_found_and_answered_in_audio()
    {
        await using var connection = await _client.ConnectAsync("gpt-realtime").WithTimeout();

        await connection.AppendAudioAsync(Sounds.Turn());
        var events = await connection.ReadEventsAsync().GetAsyncEnumerator().UntilAsync(received => received is ResponseDoneEvent);

        events.OfType<InputAudioBufferSpeechStoppedEvent>().Should().ContainSingle();
        Sounds.Peak([.. events.OfType<ResponseOutputAudioDeltaEvent>().SelectMany(audio => audio.Delta.ToArray())]).Should().BeGreaterThan(1_000);
        string.Concat(events.OfType<ResponseOutputAudioTranscriptDeltaEvent>().Select(text => text.Delta)).Should().Be("You said: What is the weather like in Lisbon today?");
        _emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_turn_the_client_commits_itself_is_answered_when_it_asks()
    {
        var session = new RealtimeSessionConfiguration { Model = "gpt-realtime", Audio = new() { Input = new() { TurnDetection = TurnDetection.Disabled } } };
        await using var connection = await _client.ConnectAsync(session).WithTimeout();

        await connection.AppendAudioAsync(Sounds.Speech(0.5));
        await connection.CommitAudioAsync();
        await connection.CreateResponseAsync();
        var events = await connection.ReadEventsAsync().GetAsyncEnumerator().UntilAsync(received => received is ResponseDoneEvent);

        events.OfType<ResponseOutputAudioDeltaEvent>().Should().NotBeEmpty();
        _emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_function_is_called_and_its_output_answered()
    {
        var session = new RealtimeSessionConfiguration
        {
            Model = "gpt-realtime",
            OutputModalities = [OutputModality.Text],
            Tools = [new FunctionTool { Name = Weather.Tool, Description = Weather.Description, Parameters = JsonSchema.Parse(Weather.Schema) }],
        };
        await using var connection = await _client.ConnectAsync(session).WithTimeout();
        var events = connection.ReadEventsAsync().GetAsyncEnumerator();

        await connection.SendTextAsync(Weather.Question);
        await connection.CreateResponseAsync();
        var asking = await events.UntilAsync(received => received is ResponseDoneEvent);
        var call = asking.OfType<ResponseFunctionCallArgumentsDoneEvent>().Single();
        await connection.SendToolOutputAsync(call.CallId, Weather.Output);
        await connection.CreateResponseAsync();
        var answer = await events.UntilAsync(received => received is ResponseDoneEvent);

        (call.Name, call.Arguments).Should().Be((Weather.Tool, Weather.Arguments));
        answer.OfType<ResponseOutputTextDoneEvent>().Single().Text.Should().Be(Weather.Answer);
        _emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_transcription_session_tells_what_was_said_and_answers_nothing()
    {
        var session = new TranscriptionSessionConfiguration { Audio = new() { Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-4o-transcribe" } } } };
        await using var connection = await _client.ConnectAsync(session).WithTimeout();

        await connection.AppendAudioAsync(Sounds.Turn());
        var events = await connection.ReadEventsAsync().GetAsyncEnumerator().UntilAsync(received => received is ConversationItemInputAudioTranscriptionCompletedEvent);

        ((ConversationItemInputAudioTranscriptionCompletedEvent)events[^1]).Transcript.Should().Be("What is the weather like in Lisbon today?");
        events.OfType<ResponseCreatedEvent>().Should().BeEmpty();
        _emulator.Violations.Should().BeEmpty();
    }
}
