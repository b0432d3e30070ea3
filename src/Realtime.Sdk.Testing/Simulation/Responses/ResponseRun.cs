namespace Realtime.Sdk.Testing.Internal;

/// <summary>One response, from <c>response.created</c> to <c>response.done</c>.</summary>
internal sealed class ResponseRun
{
    private static readonly TimeSpan InitialDelay = TimeSpan.FromMilliseconds(250);

    private readonly ResponseScope _scope;
    private readonly PromptContext _prompt;
    private readonly TokenCache _cache;
    private readonly IReadOnlyList<ResponseOutput> _outputs;
    private readonly IEnumerator<TimeSpan> _steps;
    private int _begun;

    public ResponseRun(ResponseScope scope, PromptContext prompt, IReadOnlyList<ResponseOutput> outputs, TokenCache cache)
    {
        (_scope, _prompt, _outputs, _cache) = (scope, prompt, outputs, cache);
        _steps = GetSteps().GetEnumerator();
    }

    public string Id => _scope.Id;

    public bool IsOutOfBand => _scope.Settings.IsOutOfBand;

    public bool IsOver { get; private set; }

    /// <summary>The total number of tokens of the response.</summary>
    public int TotalTokens { get; private set; }

    /// <summary>Runs the next step. Returns the time until the step after it; null if there is none.</summary>
    public TimeSpan? Step() => !IsOver && _steps.MoveNext() ? _steps.Current : null;

    /// <summary>Ends the response.</summary>
    /// <param name="status">The final status.</param>
    /// <param name="reason">The reason for the status; null if the response is completed.</param>
    public void End(string status, string? reason)
    {
        IsOver = true;
        foreach (var output in _outputs.Take(_begun))
        {
            output.End(isWhole: status == "completed");
            output.Item.ResponseStatus = status;
        }
        var response = CreateJson(status);
        response["status_details"] = reason is null ? null : new JsonObject { ["type"] = status, ["reason"] = reason };
        response["usage"] = Usage();
        _scope.Context.Events.Send("response.done", ("response", response));
    }

    private IEnumerable<TimeSpan> GetSteps()
    {
        _scope.Context.Events.Send("response.created", ("response", CreateJson("in_progress")));
        yield return _scope.Context.ApplyPace(InitialDelay);
        foreach (var output in _outputs)
        {
            _begun++;
            foreach (var wait in output.Run())
                yield return wait;
            if (_scope.IsExhausted)
                break;
            output.End(isWhole: true);
        }
        var (status, reason) = _scope.IsExhausted ? ("incomplete", "max_output_tokens") : ("completed", (string?)null);
        End(status, reason);
    }

    private JsonObject CreateJson(string status) => new()
    {
        ["object"] = "realtime.response",
        ["id"] = Id,
        ["status"] = status,
        ["status_details"] = null,
        ["output"] = new JsonArray([.. _outputs.Take(_begun).Select(output => output.Item.Copy())]),
        ["conversation_id"] = _scope.Conversation?.Id,
        ["output_modalities"] = _scope.Settings.Modalities.DeepClone(),
        ["max_output_tokens"] = _scope.Settings.Limit?.DeepClone(),
        ["audio"] = new JsonObject
        {
            ["output"] = new JsonObject { ["format"] = _scope.Settings.Format.DeepClone(), ["voice"] = _scope.Settings.Voice.DeepClone() },
        },
        ["usage"] = null,
        ["metadata"] = status == "in_progress" && !_scope.Context.Options.ShowsMetadataInCreated ? null : _scope.Settings.Metadata?.DeepClone(),
    };

    private JsonObject Usage()
    {
        var instructions = new Tokens(Tokens.CountText(_scope.Settings.Instructions) + _scope.Settings.Tools.Sum(tool => Tokens.CountText(tool.ToJsonString())), 0, 0);
        var input = _prompt.Items.Aggregate(instructions, (sum, item) => sum + Tokens.Count(item));
        var cached = _cache.CountCached(input);
        var output = _scope.TextTokens + _scope.AudioTokens;
        TotalTokens = input.Total + output;
        return new()
        {
            ["total_tokens"] = TotalTokens,
            ["input_tokens"] = input.Total,
            ["output_tokens"] = output,
            ["input_token_details"] = new JsonObject
            {
                ["text_tokens"] = input.Text,
                ["audio_tokens"] = input.Audio,
                ["image_tokens"] = input.Image,
                ["cached_tokens"] = cached.Total,
                ["cached_tokens_details"] = new JsonObject { ["text_tokens"] = cached.Text, ["audio_tokens"] = cached.Audio, ["image_tokens"] = cached.Image },
            },
            ["output_token_details"] = new JsonObject { ["text_tokens"] = _scope.TextTokens, ["audio_tokens"] = _scope.AudioTokens },
        };
    }
}
