using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk.Internal;

/// <summary>A task with a typed result: the agent calls a function with the result, and the agent that was in charge before takes charge again.</summary>
internal sealed class AgentTask
{
    private const string FunctionName = "finish_task";

    private readonly ExtractionSchema _schema;
    private readonly ResultReader _read;
    private readonly CountedSource<Exception?> _completion;

    private AgentTask(ExtractionSchema schema, ResultReader read, WorkTrackingTimeProvider? work) => (_schema, _read, _completion) = (schema, read, new(work));

    /// <summary>Reads a result. If it conforms to the type, the action makes it the result of the task.</summary>
    private delegate ConstraintViolation? ResultReader(JsonElement answer, out Action setResult);

    /// <summary>Completes when the result was given and the previous agent is in charge again, or with the exception for which there is no result. Never fails.</summary>
    public Task<Exception?> Completion => _completion.Task;

    /// <summary>The agent that takes charge when the task is done; null until the task has begun.</summary>
    public AgentInCharge? Previous { get; set; }

    /// <summary>Whether the app does not wait for the result anymore, so that its agent must not take charge again.</summary>
    public bool IsOver { get; set; }

    /// <summary>Whether the result is being, or was, given.</summary>
    public bool IsFinished { get; set; }

    /// <param name="type">The type of the result.</param>
    /// <param name="setResult">Called with the result that ends the task.</param>
    /// <param name="work">The clock, if it counts work.</param>
    public static AgentTask Create<T>(JsonTypeInfo<T> type, Action<T> setResult, WorkTrackingTimeProvider? work)
    {
        return new(ExtractionSchema.From(type, FunctionName, "Call this function when the task is done, with its result."), Read, work);

        ConstraintViolation? Read(JsonElement answer, out Action set)
        {
            var violation = AnswerReader.TryRead(answer, type, out var value);
            set = () => setResult(value!);
            return violation;
        }
    }

    /// <summary>Returns the agent with the function that ends the task.</summary>
    /// <exception cref="ArgumentException">The agent has handoffs.</exception>
    public RealtimeAgent AddTo(RealtimeAgent agent)
    {
        ThrowIfHandsOver(agent);
        var extended = agent with { Functions = [.. agent.Functions, AgentFunction.CreateInternal(_schema.ToTool(), new Handler(this))] };
        extended.ThrowIfInvalid();
        return extended;
    }

    public static void ThrowIfHandsOver(RealtimeAgent agent)
    {
        if (agent.Handoffs.Count > 0)
            throw new ArgumentException("The agent has handoffs. An agent with a task ends with its result, and cannot hand over.", nameof(agent));
    }

    /// <summary>Whether a function ends a task.</summary>
    public static bool IsEndedBy(AgentFunction function) => function.Handler is Handler;

    public void Complete() => _completion.SetResult(null);

    public void Fail(Exception exception) => _completion.SetResult(exception);

    private sealed class Handler(AgentTask task) : FunctionHandler
    {
        public override async Task<string> InvokeAsync(string arguments, FunctionCallContext call, CancellationToken cancellationToken)
        {
            call.MarkHandlerCalled();
            var (answer, violations) = task._schema.Read(arguments);
            Action? setResult = null;
            if (violations.Count == 0 && task._read(answer, out setResult) is { } violation)
                violations = [violation];
            if (violations.Count > 0)
                return $"Error: the result was not accepted: {string.Join("; ", violations)}. Call the function again with a result that conforms.";
            await call.Conversation.Engine.FinishAsync(task, setResult!, call, cancellationToken).ConfigureAwait(true);
            return "The task is done.";
        }
    }
}
