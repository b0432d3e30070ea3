using OpenAI.Realtime;
using Theirs = OpenAI.Realtime;

namespace Realtime.Sdk.Interop.Tests;

/// <summary>The official OpenAI package takes the emulator for the service.</summary>
public sealed class OfficialClientTests
{
    [Fact]
    public async Task A_client_secret_is_minted_and_opens_its_session()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var session = new RealtimeConversationSessionOptions { Model = "gpt-realtime", Instructions = "Be brief." };

        var secret = (await OfficialCaller.Client(emulator).CreateRealtimeClientSecretAsync(new CreateClientSecretOptions { SessionOptions = session }).WithTimeout()).Value;
        using var opened = await OfficialCaller.Client(emulator, "sk-none").StartConversationSessionAsync("", new() { ClientSecret = secret.Value }).WithTimeout();
        var first = (await opened.ReceiveUpdatesAsync().GetAsyncEnumerator().UntilAsync(_ => true))[0];

        secret.Value.Should().StartWith("ek_");
        secret.ExpiresAt.Should().BeAfter(DateTimeOffset.UtcNow);
        secret.Session.Should().BeOfType<RealtimeConversationSession>().Which.Instructions.Should().Be("Be brief.");
        var created = first.Should().BeOfType<RealtimeServerUpdateSessionCreated>().Which.Session.Should().BeOfType<RealtimeConversationSession>().Subject;
        (created.Model, created.Instructions).Should().Be(("gpt-realtime", "Be brief."));
        created.AudioOptions.InputAudioOptions.TurnDetection.Should().BeOfType<RealtimeServerVadTurnDetection>().Which.PrefixPadding.Should().Be(TimeSpan.FromMilliseconds(300));
        created.AudioOptions.OutputAudioOptions.AudioFormat.Should().BeOfType<RealtimePcmAudioFormat>().Which.Rate.Should().Be(24_000);
    }

    [Fact]
    public async Task A_text_turn_streams_its_answer()
    {
        await using var caller = await OfficialCaller.ConverseAsync();

        await caller.Session.ConfigureConversationSessionAsync(new() { OutputModalities = { RealtimeOutputModality.Text } });
        await caller.Session.AddItemAsync(RealtimeItem.CreateUserMessageItem("Good morning"));
        await caller.Session.StartResponseAsync();
        var updates = await caller.UntilAsync<RealtimeServerUpdateResponseDone>();

        string.Concat(updates.OfType<RealtimeServerUpdateResponseOutputTextDelta>().Select(delta => delta.Delta)).Should().Be("You said: Good morning");
        updates.OfType<RealtimeServerUpdateResponseOutputTextDone>().Single().Text.Should().Be("You said: Good morning");
        var response = ((RealtimeServerUpdateResponseDone)updates[^1]).Response;
        response.Status.Should().Be(RealtimeResponseStatus.Completed);
        response.Usage.TotalTokenCount.Should().Be(response.Usage.InputTokenCount + response.Usage.OutputTokenCount).And.BePositive();
        Texts(response).Should().Equal("You said: Good morning");
        caller.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_text_turn_has_the_updates_of_the_service_in_its_order()
    {
        await using var caller = await OfficialCaller.ConverseAsync();

        await caller.Session.StartResponseAsync(new RealtimeResponseOptions { OutputModalities = { RealtimeOutputModality.Text } });
        var updates = await caller.UntilAsync<RealtimeServerUpdateRateLimitsUpdated>();

        updates.Select(update => update.Kind.ToString()).Distinct().Should().Equal(
            "session.created",
            "response.created",
            "response.output_item.added",
            "conversation.item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "conversation.item.done",
            "response.output_item.done",
            "response.done",
            "rate_limits.updated");
    }

    [Fact]
    public async Task A_spoken_turn_is_found_transcribed_and_answered_in_audio()
    {
        await using var caller = await OfficialCaller.ConverseAsync();
        var input = new RealtimeConversationSessionInputAudioOptions { AudioTranscriptionOptions = new() { Model = "gpt-4o-transcribe" } };
        await caller.Session.ConfigureConversationSessionAsync(new() { AudioOptions = new() { InputAudioOptions = input } });

        using var microphone = new MemoryStream(Sounds.Turn());
        await caller.Session.SendInputAudioAsync(microphone);
        var started = await caller.NextAsync<RealtimeServerUpdateInputAudioBufferSpeechStarted>();
        var stopped = await caller.NextAsync<RealtimeServerUpdateInputAudioBufferSpeechStopped>();
        var committed = await caller.NextAsync<RealtimeServerUpdateInputAudioBufferCommitted>();
        var updates = await caller.UntilAsync<RealtimeServerUpdateResponseDone>();

        stopped.AudioEndTime.Should().BeGreaterThan(started.AudioStartTime);
        committed.ItemId.Should().Be(started.ItemId).And.Be(stopped.ItemId);
        var spoken = updates.OfType<RealtimeServerUpdateResponseOutputAudioDelta>().SelectMany(delta => delta.Delta.ToArray()).ToArray();
        spoken.Length.Should().BeGreaterThan(24_000);
        Sounds.Peak(spoken).Should().BeGreaterThan(1_000);
        var words = string.Concat(updates.OfType<RealtimeServerUpdateResponseOutputAudioTranscriptDelta>().Select(delta => delta.Delta));
        words.Should().Be("You said: What is the weather like in Lisbon today?");
        updates.OfType<RealtimeServerUpdateResponseOutputAudioTranscriptDone>().Single().Transcript.Should().Be(words);
        var heard = updates.OfType<RealtimeServerUpdateConversationItemInputAudioTranscriptionCompleted>().SingleOrDefault()
            ?? await caller.NextAsync<RealtimeServerUpdateConversationItemInputAudioTranscriptionCompleted>();
        (heard.ItemId, heard.Transcript).Should().Be((committed.ItemId, "What is the weather like in Lisbon today?"));
        caller.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_turn_the_client_commits_itself_is_answered_when_it_asks()
    {
        await using var caller = await OfficialCaller.ConverseAsync();
        var input = new RealtimeConversationSessionInputAudioOptions();
        input.DisableTurnDetection();
        await caller.Session.ConfigureConversationSessionAsync(new() { AudioOptions = new() { InputAudioOptions = input } });

        await caller.Session.SendInputAudioAsync(BinaryData.FromBytes(Sounds.Speech(0.5)));
        await caller.Session.CommitPendingAudioAsync();
        var committed = await caller.NextAsync<RealtimeServerUpdateInputAudioBufferCommitted>();
        await caller.Session.StartResponseAsync();
        var updates = await caller.UntilAsync<RealtimeServerUpdateResponseDone>();

        updates.OfType<RealtimeServerUpdateConversationItemAdded>().First().Item.Should().BeOfType<RealtimeMessageItem>().Which.Id.Should().Be(committed.ItemId);
        updates.OfType<RealtimeServerUpdateResponseOutputAudioDelta>().Should().NotBeEmpty();
        caller.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_function_is_called_and_its_output_answered()
    {
        await using var caller = await OfficialCaller.ConverseAsync();
        var tool = new RealtimeFunctionTool(Weather.Tool) { FunctionDescription = Weather.Description, FunctionParameters = BinaryData.FromString(Weather.Schema) };
        await caller.Session.ConfigureConversationSessionAsync(new() { OutputModalities = { RealtimeOutputModality.Text }, Tools = { tool } });

        await caller.Session.AddItemAsync(RealtimeItem.CreateUserMessageItem(Weather.Question));
        await caller.Session.StartResponseAsync();
        var asking = await caller.UntilAsync<RealtimeServerUpdateResponseDone>();
        var call = asking.OfType<RealtimeServerUpdateResponseFunctionCallArgumentsDone>().Single();
        await caller.Session.AddItemAsync(RealtimeItem.CreateFunctionCallOutputItem(call.CallId, Weather.Output));
        await caller.Session.StartResponseAsync();
        var answer = await caller.NextAsync<RealtimeServerUpdateResponseDone>();

        (call.FunctionName, call.FunctionArguments.ToString()).Should().Be((Weather.Tool, Weather.Arguments));
        string.Concat(asking.OfType<RealtimeServerUpdateResponseFunctionCallArgumentsDelta>().Select(delta => delta.Delta)).Should().Be(Weather.Arguments);
        var item = ((RealtimeServerUpdateResponseDone)asking[^1]).Response.OutputItems.Should().ContainSingle().Which.Should().BeOfType<RealtimeFunctionCallItem>().Subject;
        (item.CallId, item.FunctionName, item.Status).Should().Be((call.CallId, Weather.Tool, RealtimeFunctionCallStatus.Completed));
        Texts(answer.Response).Should().Equal(Weather.Answer);
        caller.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_transcription_session_tells_what_was_said_and_answers_nothing()
    {
        await using var caller = await OfficialCaller.TranscribeAsync();
        var input = new RealtimeTranscriptionSessionInputAudioOptions
        {
            AudioTranscriptionOptions = new() { Model = "gpt-4o-transcribe" },
            TurnDetection = new RealtimeServerVadTurnDetection(),
        };

        await caller.Session.ConfigureTranscriptionSessionAsync(new() { AudioOptions = new() { InputAudioOptions = input } });
        await caller.Session.SendInputAudioAsync(BinaryData.FromBytes(Sounds.Turn()));
        var updates = await caller.UntilAsync<RealtimeServerUpdateConversationItemInputAudioTranscriptionCompleted>();

        updates[0].Should().BeOfType<RealtimeServerUpdateSessionCreated>().Which.Session.Should().BeOfType<RealtimeTranscriptionSession>();
        var completed = (RealtimeServerUpdateConversationItemInputAudioTranscriptionCompleted)updates[^1];
        completed.Transcript.Should().Be("What is the weather like in Lisbon today?");
        completed.Usage.Should().BeOfType<RealtimeTranscriptionTokenUsage>().Which.TotalTokenCount.Should().BePositive();
        string.Concat(updates.OfType<RealtimeServerUpdateConversationItemInputAudioTranscriptionDelta>().Select(delta => delta.Delta)).Should().Be(completed.Transcript);
        updates.OfType<RealtimeServerUpdateResponseCreated>().Should().BeEmpty();
        caller.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task An_error_names_the_command_it_is_about()
    {
        await using var caller = await OfficialCaller.ConverseAsync();

        await caller.Session.SendCommandAsync(new RealtimeClientCommandInputAudioBufferCommit { EventId = "too-early" });
        var error = (await caller.NextAsync<RealtimeServerUpdateError>()).Error;

        (error.Kind, error.Code, error.EventId).Should().Be(("invalid_request_error", "input_audio_buffer_commit_empty", "too-early"));
    }

    private static IEnumerable<string> Texts(Theirs.RealtimeResponse response) => response.OutputItems.OfType<RealtimeMessageItem>()
        .SelectMany(message => message.Content.OfType<RealtimeOutputTextMessageContentPart>())
        .Select(part => part.Text);
}
