using System.Text.Json;

namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>Sessions in which something happens that must not, which the oracle refuses.</summary>
public sealed class RenewalOracleTests
{
    private readonly List<SessionEntry> _wire = [];
    private readonly List<LogEntry> _log = [];
    private TimeSpan _now;

    [Fact]
    public async Task A_reply_that_is_requested_again_in_the_next_session_is_found()
    {
        Sent("s1", "response.create", """{"event_id":"e1","response":{"metadata":{"reply":"0"}}}""");
        Sent("s2", "response.create", """{"event_id":"e2","response":{"metadata":{"reply":"0"}}}""");

        (await CheckAsync()).Should().ContainMatch("Reply 0 is requested in several sessions.");
    }

    [Fact]
    public async Task A_request_while_a_response_is_active_or_the_user_speaks_is_found()
    {
        Received("s1", "response.created", """{"response":{"id":"r1","conversation_id":"c1"}}""");
        Sent("s1", "response.create", """{"event_id":"e1","response":{}}""");
        Received("s2", "input_audio_buffer.speech_started", "{}");
        Sent("s2", "response.create", """{"event_id":"e2","response":{}}""");

        (await CheckAsync()).Should().ContainMatch("*while one is active*").And.ContainMatch("*while the user speaks*");
    }

    [Fact]
    public async Task A_second_request_before_the_first_is_answered_is_found_in_one_session_only()
    {
        Sent("s1", "response.create", """{"event_id":"e1","response":{}}""");
        Sent("s2", "response.create", """{"event_id":"e2","response":{}}""");
        var before = await CheckAsync();
        Sent("s2", "response.create", """{"event_id":"e3","response":{}}""");

        before.Should().NotContainMatch("*is not answered*");
        (await CheckAsync()).Should().ContainMatch("*is not answered*");
    }

    [Fact]
    public async Task A_call_that_runs_twice_and_an_output_for_another_session_are_found()
    {
        Received("s1", "response.output_item.done", """{"item":{"type":"function_call","call_id":"c1"}}""");
        _log.Add(new(LogKind.Began, "cook") { CallId = "c1" });
        _log.Add(new(LogKind.Began, "cook") { CallId = "c1" });
        Sent("s2", "conversation.item.create", """{"item":{"type":"function_call_output","call_id":"c1","output":"x"}}""");

        (await CheckAsync()).Should().ContainMatch("c1 has run 2 times.").And.ContainMatch("*another session*");
    }

    [Fact]
    public async Task An_output_in_a_history_is_right()
    {
        Received("s1", "response.output_item.done", """{"item":{"type":"function_call","call_id":"c1"}}""");
        Sent("s1", "conversation.item.create", """{"item":{"type":"function_call_output","call_id":"c1","output":"x"}}""");
        Sent("s2", "conversation.item.create", """{"item":{"type":"function_call_output","id":"i1","call_id":"c1","output":"x"}}""");

        (await CheckAsync()).Should().NotContainMatch("*c1*");
    }

    [Fact]
    public async Task A_text_that_is_added_twice_to_a_session_is_found()
    {
        for (var i = 0; i < 2; i++)
            Sent("s1", "conversation.item.create", """{"item":{"type":"message","content":[{"type":"input_text","text":"question 1"}]}}""");

        (await CheckAsync()).Should().ContainMatch("*'question 1' is added for the second time.");
    }

    [Fact]
    public async Task A_response_that_was_lost_and_is_not_listed_is_found()
    {
        Received("s1", "response.created", """{"response":{"id":"resp_lost","conversation_id":"c1"}}""");
        Received("s1", "response.output_item.added", "{}");

        (await CheckAsync()).Should().ContainMatch("resp_lost was begun*");
    }

    /// <summary>Checks the sessions, beside the updates of a conversation that was renewed once after them.</summary>
    private async Task<List<string>> CheckAsync()
    {
        await using var talk = await RenewingConversation.StartAsync();
        await talk.AdvanceAsync(60);
        await talk.LoseAsync();
        await talk.Conversation.DisposeAsync().WithTimeout();
        await talk.Updates.Reading.WithTimeout();
        return [.. RenewalOracle.Check(_wire, _log, talk.Updates.All, talk.Conversation, [])];
    }

    private void Sent(string session, string type, string json) => Add(session, type, json, isFromClient: true);

    private void Received(string session, string type, string json) => Add(session, type, json, isFromClient: false);

    private void Add(string session, string type, string json, bool isFromClient) =>
        _wire.Add(new(session, _now += TimeSpan.FromSeconds(1), isFromClient, type, JsonDocument.Parse(json).RootElement));
}
