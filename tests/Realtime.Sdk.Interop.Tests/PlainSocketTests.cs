using System.Text.Json.Nodes;

namespace Realtime.Sdk.Interop.Tests;

/// <summary>A WebSocket and JSON by hand are enough.</summary>
public sealed class PlainSocketTests
{
    private const string TextSession = """{"type":"realtime","model":"gpt-realtime","output_modalities":["text"]}""";
    private const string AskForResponse = """{"type":"response.create"}""";

    [Fact]
    public async Task A_text_turn_streams_its_answer()
    {
        await using var caller = await PlainCaller.StartAsync(TextSession);

        await caller.SendAsync(Say("Good morning"));
        await caller.SendAsync(AskForResponse);
        var events = await caller.UntilAsync("response.done");

        PlainCaller.Type(events[0]).Should().Be("session.created");
        PlainCaller.Joined(events, "response.output_text.delta").Should().Be("You said: Good morning");
        ((string)events[^1]["response"]!["status"]!).Should().Be("completed");
        caller.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_spoken_turn_is_found_and_answered_in_audio()
    {
        await using var caller = await PlainCaller.StartAsync("""{"type":"realtime","model":"gpt-realtime"}""");

        await caller.SpeakAsync(Sounds.Turn());
        var events = await caller.UntilAsync("response.done");

        events.Select(PlainCaller.Type).Should().ContainInOrder(
            "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed", "conversation.item.added", "response.created");
        Spoken(events).Should().BeGreaterThan(1_000);
        PlainCaller.Joined(events, "response.output_audio_transcript.delta").Should().Be("You said: What is the weather like in Lisbon today?");
        caller.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_turn_the_client_commits_itself_is_answered_when_it_asks()
    {
        await using var caller = await PlainCaller.StartAsync("""{"type":"realtime","model":"gpt-realtime","audio":{"input":{"turn_detection":null}}}""");

        await caller.SpeakAsync(Sounds.Speech(0.5));
        await caller.SendAsync("""{"type":"input_audio_buffer.commit"}""");
        await caller.SendAsync(AskForResponse);
        var events = await caller.UntilAsync("response.done");

        events.Select(PlainCaller.Type).Should().NotContain("input_audio_buffer.speech_started");
        Spoken(events).Should().BeGreaterThan(1_000);
        caller.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_function_is_called_and_its_output_answered()
    {
        await using var caller = await PlainCaller.StartAsync(TextSession);
        await caller.SendAsync($$$"""
            {"type":"session.update","session":{"type":"realtime","tools":[
              {"type":"function","name":"{{{Weather.Tool}}}","description":"{{{Weather.Description}}}","parameters":{{{Weather.Schema}}}}]}}
            """);

        await caller.SendAsync(Say(Weather.Question));
        await caller.SendAsync(AskForResponse);
        var call = (await caller.UntilAsync("response.done"))[^1]["response"]!["output"]![0]!;
        await caller.SendAsync($$$"""
            {"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"{{{call["call_id"]}}}","output":"{{{Weather.Output}}}"}}
            """);
        await caller.SendAsync(AskForResponse);
        var answer = await caller.UntilAsync("response.done");

        ((string)call["type"]!, (string)call["name"]!, (string)call["arguments"]!).Should().Be(("function_call", Weather.Tool, Weather.Arguments));
        PlainCaller.Joined(answer, "response.output_text.delta").Should().Be(Weather.Answer);
        caller.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_transcription_session_tells_what_was_said_and_answers_nothing()
    {
        await using var caller = await PlainCaller.StartAsync("""{"type":"transcription","audio":{"input":{"transcription":{"model":"gpt-4o-transcribe"}}}}""");

        await caller.SpeakAsync(Sounds.Turn());
        var events = await caller.UntilAsync("conversation.item.input_audio_transcription.completed");

        ((string)events[^1]["transcript"]!).Should().Be("What is the weather like in Lisbon today?");
        PlainCaller.Joined(events, "conversation.item.input_audio_transcription.delta").Should().Be("What is the weather like in Lisbon today?");
        events.Select(PlainCaller.Type).Should().NotContain("response.created");
        caller.Violations.Should().BeEmpty();
    }

    private static string Say(string text) =>
        $$$"""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"{{{text}}}"}]}}""";

    private static int Spoken(IEnumerable<JsonNode> events) => Sounds.Peak(
        [.. events.Where(received => PlainCaller.Type(received) == "response.output_audio.delta").SelectMany(received => Convert.FromBase64String((string)received["delta"]!))]);
}
