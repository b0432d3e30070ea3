using System.Text.Json;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>What must be true of the outputs of background calls and of fillers: both come only while both sides are silent.</summary>
internal sealed class BackgroundOracle(ConversationWorld world, IReadOnlyList<LogEntry> log)
{
    /// <summary>After so long a silence, all outputs must have been delivered.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan MaxSpeech = TimeSpan.FromMinutes(2), Tolerance = TimeSpan.FromMilliseconds(5), ReplyTimeout = TimeSpan.FromSeconds(10);

    private readonly List<string> _failures = [];
    private readonly CallLog _calls = new();
    private readonly Dictionary<string, LogEntry> _results = [];
    private readonly Dictionary<string, LogEntry> _began = [];
    private readonly Dictionary<string, LogEntry> _ended = [];
    private readonly HashSet<string> _outputs = [];
    private readonly HashSet<string> _answered = [];
    private readonly HashSet<string> _delivered = [];
    private readonly HashSet<string> _fillers = [];
    private LogEntry? _active, _speaking, _requested, _call, _output, _ending;
    private TimeSpan _playingUntil, _lastSound;
    private bool _needsReply;

    /// <summary>The ID of the call by which the output of a background call is delivered; null for other entries.</summary>
    public static string? ResultOf(LogEntry entry) =>
        entry is { Kind: LogKind.Sent, Text: "conversation.item.create" } && entry.Json.Member("item").Text("type") == "function_call" ? entry.Json.Member("item").Text("call_id") : null;

    /// <summary>Whether a requested response is a filler.</summary>
    public static bool IsFiller(JsonElement response) => response.Text("instructions")?.EndsWith("Say wait.", StringComparison.Ordinal) == true;

    public IReadOnlyList<string> Check()
    {
        foreach (var entry in log)
        {
            _calls.Add(entry);
            Add(entry);
        }
        CheckDelivered();
        return _failures;
    }

    private void Add(LogEntry entry)
    {
        switch (entry.Kind)
        {
            case LogKind.Began:
                _began.TryAdd(entry.CallId, entry);
                break;
            case LogKind.Returned or LogKind.Threw or LogKind.TokenCanceled:
                _ended.TryAdd(entry.CallId, entry);
                break;
            case LogKind.Written:
                _playingUntil = Max(_playingUntil, entry.At) + TimeSpan.FromMilliseconds(entry.Audio.Length / 48.0);
                _lastSound = entry.At;
                break;
            case LogKind.Stopped:
                _playingUntil = entry.At;
                break;
            case LogKind.Note when entry.Text is Notes.Ending or Notes.End:
                _ending ??= entry;
                break;
            case LogKind.Sent when CallLog.IsOwn(entry) && !CallLog.IsDirect(entry) && !entry.Text.StartsWith("input_audio_buffer.", StringComparison.Ordinal):
                Sent(entry);
                break;
            case LogKind.Received:
                Received(entry);
                break;
            default:
                break;
        }
    }

    private void Received(LogEntry entry)
    {
        switch (entry.Text)
        {
            case "response.created" when entry.Json.Member("response").Text("conversation_id") is not null:
                (_active, _requested) = (entry, null);
                break;
            case "response.done" when _active?.Json.Member("response").Text("id") == entry.Json.Member("response").Text("id"):
                _active = null;
                break;
            case "error" when _requested is not null && _requested.Json.Text("event_id") == entry.Json.Member("error").Text("event_id"):
                _requested = null;
                break;
            case "input_audio_buffer.speech_started":
                _speaking = entry;
                break;
            case "input_audio_buffer.committed" or "input_audio_buffer.cleared":
                _speaking = null;
                break;
            default:
                break;
        }
        if (entry.Text.StartsWith("response.", StringComparison.Ordinal) || entry.Text.StartsWith("input_audio_buffer.", StringComparison.Ordinal))
            _lastSound = entry.At;
    }

    private void Sent(LogEntry entry)
    {
        if (CallLog.OutputOf(entry) is { } output)
            _outputs.Add(output);
        if (_call is not null && CallLog.OutputOf(entry) != ResultOf(_call))
            Fail(entry, $"comes, but not the output of {ResultOf(_call)}");
        if (_needsReply && entry.Text is not ("response.create" or "conversation.item.create" or "session.update" or "conversation.item.truncate" or "conversation.item.delete" or "response.cancel"))
            Fail(entry, "comes, but no reply about an output that was delivered");
        if (ResultOf(entry) is { } result)
        {
            if (_calls.Calls.ContainsKey(result) || !_results.TryAdd(result, entry))
                Fail(entry, "has the ID of another call");
            CheckSilent(entry);
            _call = entry;
        }
        else if (CallLog.OutputOf(entry) is { } answered && entry.Json.Member("item").Text("output")?.StartsWith("The function is running in the background.", StringComparison.Ordinal) == true)
        {
            if (!_calls.Calls.TryGetValue(answered, out var call) || !IsInBackground(call) || !_answered.Add(answered))
                Fail(entry, "is the answer to no background call, or a second one");
        }
        else if (CallLog.OutputOf(entry) is { } callId && _results.ContainsKey(callId))
        {
            if (_call is null)
                Fail(entry, "is an output without its call, or a second one");
            else
                Deliver(_call, entry);
            (_call, _output) = (null, entry);
            _needsReply |= entry.Json.Member("item").Text("output") != "The call was canceled because the user interrupted.";
        }
        else if (entry.Text == "response.create")
        {
            Requested(entry);
        }
    }

    private void Requested(LogEntry entry)
    {
        var response = entry.Json.Member("response");
        if (response.Text("conversation") == "none")
        {
            if (IsFiller(response))
                CheckFiller(entry);
            return;
        }
        if (_needsReply && entry.At > _output!.At)
            Fail(entry, $"comes after the outputs of {_output.At}, not with them");
        _needsReply = false;
        _requested = entry;
    }

    /// <summary>Finds the background call whose output is delivered.</summary>
    private void Deliver(LogEntry call, LogEntry output)
    {
        var item = call.Json.Member("item");
        var text = output.Json.Member("item").Text("output") ?? "";
        if (text.Contains("secret", StringComparison.Ordinal))
            Fail(output, "shows an exception to the model");
        var isOutput = text.StartsWith("output of ", StringComparison.Ordinal) && !text.Contains("app", StringComparison.Ordinal) && !text.Contains("another", StringComparison.Ordinal);
        var original = _calls.Calls.Values.Where(other => _answered.Contains(other.CallId) && !_delivered.Contains(other.CallId) && other.Name == item.Text("name") && other.Arguments == item.Text("arguments")
            && (!isOutput || text == $"output of {other.CallId}")).OrderBy(other => !_ended.ContainsKey(other.CallId)).FirstOrDefault();
        if (original is null)
            Fail(output, "is the output of no background call, or was delivered before");
        else
            _delivered.Add(original.CallId);
    }

    private bool IsInBackground(WireCall call) => world.Functions.Functions.Any(plan => plan.Name == call.Name && plan.Background);

    private void CheckSilent(LogEntry entry)
    {
        if (_active is { } active && active.At < entry.At)
            Fail(entry, $"is delivered while the response of {active.At} is active");
        if (_requested is { } requested && requested.At < entry.At && entry.At - requested.At < ReplyTimeout)
            Fail(entry, $"is delivered while the reply of {requested.At} is requested");
        if (_speaking is { } speaking && speaking.At < entry.At && entry.At - speaking.At < MaxSpeech)
            Fail(entry, $"is delivered while the user speaks since {speaking.At}");
        if (world.Player is PlayerKind.Good or PlayerKind.Blocking && _playingUntil > entry.At + Tolerance)
            Fail(entry, $"is delivered while audio is played until {_playingUntil}");
    }

    /// <summary>Checks that a sentence is said once for the calls of a response, when one of them has been running for long enough.</summary>
    private void CheckFiller(LogEntry entry)
    {
        CheckSilent(entry);
        var filler = world.Agents.Filler!;
        var running = _calls.Calls.Values.Where(call => _began.TryGetValue(call.CallId, out var began) && began.At + filler.After <= entry.At + Tolerance
            && !(_ended.TryGetValue(call.CallId, out var ended) && ended.At < entry.At) && !IsInBackground(call)).ToList();
        var due = running.FirstOrDefault(call => !_fillers.Contains(call.Response.Id));
        if (due is null && !_calls.Calls.Values.Any(IsRunHere))
            Fail(entry, $"is a filler, but {(running.Count == 0 ? "no call has been running for long enough" : "the calls of the response have one")}");
        else if (due is not null)
            _fillers.Add(due.Response.Id);
    }

    /// <summary>Whether the runs of a call are not in the log.</summary>
    private bool IsRunHere(WireCall call) => world.Functions.Functions.Any(plan => plan.Name == call.Name && plan.Kind == FunctionKind.Handoff);

    private void CheckDelivered()
    {
        if (_needsReply && _ending is null)
            _failures.Add("No reply about an output was requested.");
        var end = _ending?.At ?? log[^1].At;
        var silent = log.Any(entry => entry.At > end - (Silence / 2) && entry.At < end && entry.Kind is LogKind.Written or LogKind.Received && entry.Text is not ("rate_limits.updated"));

        // A player that never ends is never silent, and calls that others run are waited for.
        var isWaiting = _calls.Calls.Values.Any(call => !_outputs.Contains(call.CallId)) || _speaking is not null || world.Player is not (PlayerKind.None or PlayerKind.Good or PlayerKind.Late or PlayerKind.Blocking);
        if (isWaiting || silent || _playingUntil > end - (Silence / 2) || _lastSound > end - (Silence / 2))
            return;
        foreach (var (callId, ended) in _ended.Where(ended => ended.Value.At < end - (Silence / 2)))
        {
            if (_calls.Calls.TryGetValue(callId, out var call) && _answered.Contains(call.CallId) && !_delivered.Contains(callId) && _active is null)
                _failures.Add($"{callId} ended in the background at {ended.At}, but its output was not delivered before {end}.");
        }
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private void Fail(LogEntry entry, string failure) => _failures.Add($"{entry.At}: {entry.Text} {failure} ({entry.Json.GetRawText()}).");
}
