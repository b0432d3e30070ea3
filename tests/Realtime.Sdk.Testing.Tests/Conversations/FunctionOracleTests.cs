using System.Text.Json;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Logs of what must not happen, which the oracles of functions refuse, and one of what must.</summary>
public sealed class FunctionOracleTests
{
    private static readonly FunctionWorld World = new()
    {
        Functions =
        [
            new("fast", FunctionKind.Fast),
            new("slow", FunctionKind.Slow) { Timeout = TimeSpan.FromSeconds(2), MaxConcurrentCalls = 1 },
            new("careful", FunctionKind.Fast) { RequiresApproval = true },
            new("reads", FunctionKind.Fast) { TakesArguments = true },
        ],
        MaxConcurrentFunctions = 2,
        MaxFunctionRounds = 2,
    };

    private readonly List<LogEntry> _log = [];
    private readonly List<EndedCall> _ended = [];
    private int _requests;

    [Fact]
    public void A_call_that_runs_and_is_followed_by_one_request_is_right()
    {
        Called("r1", "c1", "fast");
        Ran("c1", "fast");
        Done("r1");
        Requested();
        Ended("c1", FunctionCallStatus.Completed);

        Check().Should().BeEmpty();
    }

    [Fact]
    public void A_second_run_is_found()
    {
        Called("r1", "c1", "fast");
        Ran("c1", "fast");
        Add(LogKind.Began, "fast", "c1");

        Check().Should().ContainMatch("*runs for the second time*");
    }

    [Fact]
    public void A_run_of_a_call_that_was_not_completed_is_found()
    {
        Called("r1", "c1", "fast", status: "incomplete");
        Ran("c1", "fast");

        Check().Should().ContainMatch("*runs, but no response has shown it*").And.ContainMatch("*is an output of c1, which no response*");
    }

    [Fact]
    public void A_run_of_an_out_of_band_call_is_found()
    {
        Received("response.created", """{"response":{"id":"r1","conversation_id":null}}""");
        Called("r1", "c1", "fast", isCreated: true);
        Ran("c1", "fast");

        Check().Should().ContainMatch("*runs, but is a call of the out-of-band response*");
    }

    [Fact]
    public void Bad_arguments_that_are_passed_on_are_found()
    {
        Called("r1", "c1", "reads", arguments: "[1]");
        Ran("c1", "reads");

        Check().Should().ContainMatch("*runs with*");
    }

    [Fact]
    public void A_run_without_an_approval_is_found()
    {
        Called("r1", "c1", "careful");
        Ran("c1", "careful");

        Check().Should().ContainMatch("*runs without an approval*");
    }

    [Fact]
    public void A_second_output_and_one_of_another_call_are_found()
    {
        Called("r1", "c1", "fast");
        Ran("c1", "fast");
        Output("c1", "output of call_c2");

        Check().Should().ContainMatch("*is the second output of c1*").And.ContainMatch("*is the output of another call*");
    }

    [Fact]
    public void A_missing_output_is_found()
    {
        Called("r1", "c1", "fast");
        Add(LogKind.Began, "fast", "c1");
        Add(LogKind.Returned, "fast", "c1", output: "output of c1");
        Pass(5);

        Check().Should().ContainMatch("*but no output was sent*");
    }

    [Fact]
    public void An_output_that_came_too_late_is_found()
    {
        Called("r1", "c1", "slow");
        Add(LogKind.Began, "slow", "c1");
        Pass(2);
        Add(LogKind.TokenCanceled, "slow", "c1");
        Pass(1);
        Add(LogKind.Returned, "slow", "c1", output: "output of c1");
        Output("c1", "output of c1");

        Check().Should().ContainMatch("*returned too late*");
    }

    [Fact]
    public void A_timeout_without_a_canceled_token_is_found()
    {
        Called("r1", "c1", "slow");
        Add(LogKind.Began, "slow", "c1");
        Pass(3);
        Add(LogKind.Returned, "slow", "c1", output: "output of c1");
        Output("c1", "output of c1");

        Check().Should().ContainMatch("*but its timeout was at*");
    }

    [Fact]
    public void A_token_that_is_not_canceled_at_the_end_is_found()
    {
        Called("r1", "c1", "slow");
        Add(LogKind.Began, "slow", "c1");
        End();
        Pass(1);
        Add(LogKind.Returned, "slow", "c1", output: "output of c1");

        Check().Should().ContainMatch("*but the end was at*");
    }

    [Fact]
    public void Too_many_functions_at_once_are_found()
    {
        foreach (var (call, function) in new[] { ("c1", "slow"), ("c2", "slow"), ("c3", "fast") })
        {
            Called($"r_{call}", call, function);
            Add(LogKind.Began, function, call);
        }
        Pass(1);

        Check().Should().ContainMatch("3 functions ran*").And.ContainMatch("2 calls of slow ran*");
    }

    [Fact]
    public void A_scope_that_is_not_disposed_or_is_shared_is_found()
    {
        Called("r1", "c1", "fast");
        Add(LogKind.ScopeCreated, "scope", "1");
        Add(LogKind.ScopeFound, "c1", "1");
        Add(LogKind.ScopeFound, "c2", "1");

        Check().Should().ContainMatch("Scope 1 was found by 2 handlers and disposed 0 times.");
    }

    [Fact]
    public void A_request_before_the_last_output_is_found()
    {
        Called("r1", "c1", "fast");
        Called("r1", "c2", "fast", isCreated: true);
        Ran("c1", "fast");
        Done("r1");
        Requested();

        Check().Should().ContainMatch("*is requested by nobody*waits for c2*");
    }

    [Fact]
    public void A_second_request_after_the_same_calls_is_found()
    {
        Called("r1", "c1", "fast");
        Ran("c1", "fast");
        Done("r1");
        Requested();
        Requested();

        Check().Should().ContainMatch("*is requested by nobody*was followed*");
    }

    [Fact]
    public void A_request_after_a_canceled_response_is_found()
    {
        Called("r1", "c1", "fast");
        Ran("c1", "fast");
        Done("r1", "cancelled");
        Requested();

        Check().Should().ContainMatch("*is requested by nobody*is cancelled*");
    }

    [Fact]
    public void A_missing_request_is_found()
    {
        Called("r1", "c1", "fast");
        Ran("c1", "fast");
        Done("r1");
        Pass(5);
        Add(LogKind.Note, "something");

        Check().Should().ContainMatch("*no request follows the calls of r1*");
    }

    [Fact]
    public void A_reply_of_the_app_that_overtakes_is_found()
    {
        Called("r1", "c1", "fast");
        Ran("c1", "fast");
        Done("r1");
        Pass(1);
        Sent("response.create", """{"response":{"metadata":{"reply":"0","waits":"yes"}}}""");

        Check().Should().ContainMatch("*comes before the one that follows the calls of r1*");
    }

    [Fact]
    public void A_request_that_allows_calls_after_too_many_rounds_is_found()
    {
        Called("r1", "c1", "fast");
        Ran("c1", "fast");
        Done("r1");
        Requested("first");
        Called("r2", "c2", "fast", tag: "first");
        Ran("c2", "fast");
        Done("r2");
        Requested("second");

        Check().Should().ContainMatch("*follows 2 responses with calls, but calls are still allowed*");
    }

    [Fact]
    public void A_second_end_and_a_step_back_in_updates_are_found()
    {
        Called("r1", "c1", "fast");
        Ended("c1", FunctionCallStatus.Completed);
        var reading = new CallReading(IsFirst: true, HasEnded: true,
            [("c1", FunctionCallStatus.Running), ("c1", FunctionCallStatus.Queued), ("c1", FunctionCallStatus.Completed), ("c1", FunctionCallStatus.Completed)]);

        CallUpdateOracle.Check(_log, _ended, [reading]).Should()
            .ContainMatch("*c1 is Queued after it was Running*").And.ContainMatch("*c1 is Completed after it was Completed*");
    }

    [Fact]
    public void A_missing_end_in_updates_and_a_call_in_no_turn_are_found()
    {
        Called("r1", "c1", "fast");
        Pass(1);
        var reading = new CallReading(IsFirst: true, HasEnded: true, [("c1", FunctionCallStatus.Running), ("c1", null), ("c1", null)]);

        CallUpdateOracle.Check(_log, _ended, [reading]).Should().ContainMatch("*c1 has not ended in any update*")
            .And.ContainMatch("*c1 was announced, but is in no turn*").And.ContainMatch("*to be approved for the second time*");
    }

    private List<string> Check() => [.. new ExecutionOracle(World, _log, _ended, hasOneAgent: true).Check(), .. new FollowUpOracle(World, _log, _ended).Check()];

    private void Called(string responseId, string callId, string name, string status = "completed", string arguments = "{}", bool isCreated = false, string? tag = null)
    {
        if (!isCreated)
            Received("response.created", JsonSerializer.Serialize(new { response = new { id = responseId, conversation_id = "conv", metadata = tag is null ? null : new { tag } } }));
        Received("response.output_item.done", JsonSerializer.Serialize(
            new { response_id = responseId, item = new { id = $"item_{callId}", type = "function_call", status, call_id = callId, name, arguments } }));
    }

    private void Ran(string callId, string name)
    {
        Add(LogKind.Began, name, callId);
        Add(LogKind.Returned, name, callId, output: $"output of {callId}");
        Output(callId, $"output of {callId}");
    }

    private void Output(string callId, string output) =>
        Sent("conversation.item.create", JsonSerializer.Serialize(new { item = new { type = "function_call_output", call_id = callId, output } }));

    private void Done(string responseId, string status = "completed") => Received("response.done", JsonSerializer.Serialize(new { response = new { id = responseId, status } }));

    private void Requested(string? tag = null) =>
        Sent("response.create", JsonSerializer.Serialize(new { event_id = $"e{_requests++}", response = new { metadata = tag is null ? null : new { tag } } }));

    private void Ended(string callId, FunctionCallStatus status) => _ended.Add(new(callId, status));

    private void End()
    {
        Add(LogKind.Note, Notes.Ending);
        Add(LogKind.Note, Notes.End);
    }

    private TimeSpan _now;

    private void Pass(double seconds)
    {
        _now += TimeSpan.FromSeconds(seconds);
        Add(LogKind.Note, "time passes");
    }

    private void Received(string type, string json) => Add(LogKind.Received, type, json: json);

    private void Sent(string type, string json) => Add(LogKind.Sent, type, json: json);

    private void Add(LogKind kind, string text, string callId = "", string output = "", string? json = null) => _log.Add(new(kind, text)
    {
        Index = _log.Count,
        At = _now,
        CallId = callId,
        Output = output,
        Json = json is null ? default : JsonDocument.Parse(json).RootElement,
    });
}
