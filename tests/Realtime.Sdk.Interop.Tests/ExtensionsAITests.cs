using Microsoft.Extensions.AI;
using OpenAI.Realtime;

namespace Realtime.Sdk.Interop.Tests;

/// <summary>Microsoft.Extensions.AI's realtime client takes the emulator for the service.</summary>
public sealed class ExtensionsAITests
{
    [Fact]
    public async Task A_session_knows_what_the_server_has_made_of_its_options()
    {
        await using var caller = await ExtensionsAICaller.StartAsync(new() { Instructions = "Be brief.", Voice = "cedar", MaxOutputTokens = 300 });

        await caller.SendAsync(new CreateResponseRealtimeClientMessage());
        await caller.UntilAsync(RealtimeServerMessageType.ResponseCreated);

        var options = caller.Session.Options!;
        (options.Model, options.Instructions, options.Voice, options.MaxOutputTokens).Should().Be(("gpt-realtime", "Be brief.", "cedar", 300));
        options.OutputAudioFormat!.MediaType.Should().Be("audio/pcm");
    }

    [Fact]
    public async Task A_text_turn_streams_its_answer()
    {
        await using var caller = await ExtensionsAICaller.StartAsync(new() { OutputModalities = ["text"] });

        await caller.SendAsync(Say("Good morning"));
        await caller.SendAsync(new CreateResponseRealtimeClientMessage());
        var messages = await caller.UntilAsync(RealtimeServerMessageType.ResponseDone);

        // This client passes text deltas on as the official package reads them.
        string.Concat(messages.Select(message => message.RawRepresentation).OfType<RealtimeServerUpdateResponseOutputTextDelta>().Select(text => text.Delta))
            .Should().Be("You said: Good morning");
        var done = (ResponseCreatedRealtimeServerMessage)messages[^1];
        done.Status.Should().Be("completed");
        done.Usage!.TotalTokenCount.Should().Be(done.Usage.InputTokenCount + done.Usage.OutputTokenCount).And.BePositive();
        Text(done).Should().Be("You said: Good morning");
        caller.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_spoken_turn_is_found_transcribed_and_answered_in_audio()
    {
        await using var caller = await ExtensionsAICaller.StartAsync(new() { TranscriptionOptions = new() { ModelId = "gpt-4o-transcribe" } });

        await caller.SendAsync(Hear(Sounds.Turn()));
        var messages = await caller.UntilAsync(RealtimeServerMessageType.ResponseDone);

        var pcm = messages.OfType<OutputTextAudioRealtimeServerMessage>()
            .Where(message => message.Type == RealtimeServerMessageType.OutputAudioDelta)
            .SelectMany(message => Convert.FromBase64String(message.Audio!))
            .ToArray();
        Sounds.Peak(pcm).Should().BeGreaterThan(1_000);
        Joined(messages, RealtimeServerMessageType.OutputAudioTranscriptionDelta).Should().Be("You said: What is the weather like in Lisbon today?");
        if (!messages.Exists(message => message.Type == RealtimeServerMessageType.InputAudioTranscriptionCompleted))
            messages = await caller.UntilAsync(RealtimeServerMessageType.InputAudioTranscriptionCompleted);
        messages.OfType<InputAudioTranscriptionRealtimeServerMessage>().Last().Transcription.Should().Be("What is the weather like in Lisbon today?");
        caller.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_turn_the_client_commits_itself_is_answered_when_it_asks()
    {
        await using var caller = await ExtensionsAICaller.StartAsync(new() { VoiceActivityDetection = new() { Enabled = false } });

        await caller.SendAsync(Hear(Sounds.Speech(0.5)));
        await caller.SendAsync(new InputAudioBufferCommitRealtimeClientMessage());
        await caller.SendAsync(new CreateResponseRealtimeClientMessage());
        var messages = await caller.UntilAsync(RealtimeServerMessageType.ResponseDone);

        Joined(messages, RealtimeServerMessageType.OutputAudioTranscriptionDone).Should().Be("You said: What is the weather like in Lisbon today?");
        messages.OfType<ErrorRealtimeServerMessage>().Should().BeEmpty();
        caller.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_function_is_called_and_its_output_answered()
    {
        var tool = AIFunctionFactory.Create((string city) => Weather.Output, Weather.Tool, Weather.Description);
        await using var caller = await ExtensionsAICaller.StartAsync(new() { OutputModalities = ["text"], Tools = [tool] });

        await caller.SendAsync(Say(Weather.Question));
        await caller.SendAsync(new CreateResponseRealtimeClientMessage());
        var asking = (ResponseCreatedRealtimeServerMessage)(await caller.UntilAsync(RealtimeServerMessageType.ResponseDone))[^1];
        var call = asking.Items!.Single().Contents.OfType<FunctionCallContent>().Single();
        var output = await tool.InvokeAsync(new(call.Arguments)).AsTask().WithTimeout();
        await caller.SendAsync(new CreateConversationItemRealtimeClientMessage(new([new FunctionResultContent(call.CallId, output)])));
        await caller.SendAsync(new CreateResponseRealtimeClientMessage());
        var answer = (ResponseCreatedRealtimeServerMessage)(await caller.UntilAsync(RealtimeServerMessageType.ResponseDone))[^1];

        call.Name.Should().Be(Weather.Tool);
        call.Arguments!["city"]!.ToString().Should().Be("Paris");

        // This client sends the output as JSON, so a string comes with its quotes.
        Text(answer).Should().Be($"{Weather.Tool} says: \"{Weather.Output}\"");
        caller.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_transcription_session_tells_what_was_said_and_answers_nothing()
    {
        await using var caller = await ExtensionsAICaller.StartAsync(new()
        {
            SessionKind = RealtimeSessionKind.Transcription,
            TranscriptionOptions = new() { ModelId = "gpt-4o-transcribe" },
            VoiceActivityDetection = new(),
        });

        await caller.SendAsync(Hear(Sounds.Turn()));
        var messages = await caller.UntilAsync(RealtimeServerMessageType.InputAudioTranscriptionCompleted);

        var completed = (InputAudioTranscriptionRealtimeServerMessage)messages[^1];
        completed.Transcription.Should().Be("What is the weather like in Lisbon today?");
        completed.ItemId.Should().NotBeEmpty();
        messages.OfType<ResponseCreatedRealtimeServerMessage>().Should().BeEmpty();
        caller.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task An_error_names_the_message_it_is_about()
    {
        await using var caller = await ExtensionsAICaller.StartAsync(new());

        await caller.SendAsync(new InputAudioBufferCommitRealtimeClientMessage { MessageId = "too-early" });
        var error = (ErrorRealtimeServerMessage)(await caller.UntilAsync(RealtimeServerMessageType.Error))[^1];

        error.Error!.ErrorCode.Should().Be("input_audio_buffer_commit_empty");
        ((RealtimeServerUpdateError)error.RawRepresentation!).Error.EventId.Should().Be("too-early");
    }

    private static CreateConversationItemRealtimeClientMessage Say(string text) => new(new([new TextContent(text)], role: ChatRole.User));

    private static InputAudioBufferAppendRealtimeClientMessage Hear(byte[] pcm) => new(new DataContent(pcm, "audio/pcm"));

    private static string Text(ResponseCreatedRealtimeServerMessage done) => done.Items!.Single().Contents.OfType<TextContent>().Single().Text;

    private static string Joined(IEnumerable<RealtimeServerMessage> messages, RealtimeServerMessageType type) =>
        string.Concat(messages.OfType<OutputTextAudioRealtimeServerMessage>().Where(message => message.Type == type).Select(message => message.Text));
}
