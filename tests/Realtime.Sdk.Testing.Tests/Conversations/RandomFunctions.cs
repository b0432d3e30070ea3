using System.Text.Json;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>The functions of a run, which note what happens to them, and the answers to approvals.</summary>
internal sealed class RandomFunctions(ConversationRun run)
{
    private static readonly JsonSchema AnyObject = JsonSchema.Parse("""{"type":"object"}""");

    private FunctionWorld World => run.World.Functions;

    /// <summary>The functions of an agent; an agent that takes over may lack some.</summary>
    public IEnumerable<AgentFunction> Create(Func<FunctionPlan, bool> has) =>
        World.Functions.Where(plan => plan.Kind <= FunctionKind.Declared && has(plan)).Select(Create);

    /// <summary>The tools of the session of an agent.</summary>
    public IReadOnlyList<RealtimeTool>? Tools()
    {
        List<RealtimeTool> tools = [.. World.Functions.Where(plan => plan.Kind == FunctionKind.InSession).Select(Declaration)];
        if (World.Mcp is not null)
            tools.Add(new McpTool { ServerLabel = FunctionWorld.McpLabel, ServerUrl = "https://shop.example.com/mcp", RequireApproval = World.Mcp });
        return tools.Count == 0 ? null : tools;
    }

    public static FunctionTool Declaration(FunctionPlan plan) => new() { Name = plan.Name, Description = $"Function {plan.Name}.", Parameters = AnyObject };

    /// <summary>Answers a reader's update, perhaps twice, perhaps late; null if the reader does not answer.</summary>
    public Func<Task>? Answer(ApprovalUpdate update)
    {
        if (World.Approvals is not (ApprovalKind.Reader or ApprovalKind.Both))
            return null;
        var random = RandomOf(update.Call.CallId, 3);
        return random.Next(5) == 0 ? null : async () =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(2_000)), run.Time);
            var times = random.Next(1, 4);
            for (var i = 0; i < times; i++)
            {
                var approves = random.Next(4) > 0;
                if (approves)
                    run.Log.Add(new(LogKind.Approved, "reader tries") { CallId = update.Call.CallId });
                if (approves ? update.Approve() : update.Deny("not now"))
                    run.Log.Add(new(approves ? LogKind.Approved : LogKind.Denied, "reader") { CallId = update.Call.CallId });
            }
        };
    }

    public Func<ApprovalUpdate, CancellationToken, Task<bool>>? Approve => World.Approvals is not (ApprovalKind.Callback or ApprovalKind.Both) ? null : async (update, cancellationToken) =>
    {
        var random = RandomOf(update.Call.CallId, 5);
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(2) == 0 ? 0 : random.Next(3_000)), run.Time, random.Next(2) == 0 ? cancellationToken : default);
        if (random.Next(6) == 0)
            throw new InvalidOperationException("The callback fails: secret.");
        var approves = random.Next(4) > 0;
        run.Log.Add(new(LogKind.Note, $"The callback {(approves ? "approves" : "denies")} {update.Call.CallId}"));
        if (approves)
            run.Log.Add(new(LogKind.Approved, "callback") { CallId = update.Call.CallId });
        return approves;
    };

    private AgentFunction Create(FunctionPlan plan)
    {
        var function = plan switch
        {
            { Kind: FunctionKind.Declared } => AgentFunction.Declare(Declaration(plan)),
            { TakesArguments: true } => AgentFunction.Create(plan.Name, $"Function {plan.Name}.", AnyObject, (_, call, token) => Run(plan, call, token)),
            _ => AgentFunction.Create(plan.Name, $"Function {plan.Name}.", (call, token) => Run(plan, call, token)),
        };
        return function with
        {
            Timeout = plan.Timeout,
            RequiresApproval = plan.RequiresApproval && plan.Kind != FunctionKind.Declared,
            CancelOnInterruption = plan.CancelOnInterruption,
            Background = plan.Background,
            MaxConcurrentCalls = plan.MaxConcurrentCalls,
            MaxOutputLength = plan.Kind == FunctionKind.TooLong ? 20 : 200,
        };
    }

    private Task<string> Run(FunctionPlan plan, FunctionCallContext call, CancellationToken token)
    {
        Note(LogKind.Began);
        if (call.Services.GetService(typeof(ScopeLog.Scope)) is ScopeLog.Scope scope)
            run.Log.Add(new(LogKind.ScopeFound, call.Call.CallId) { CallId = scope.Number });
        token.UnsafeRegister(_ => Note(LogKind.TokenCanceled), null);
        if (plan.Kind == FunctionKind.ThrowsAtOnce)
        {
            Note(LogKind.Threw);
            throw new InvalidOperationException("It fails at once: secret.");
        }
        return EndAsync();

        async Task<string> EndAsync()
        {
            try
            {
                var output = await RunAsync(plan, call, token);
                Note(LogKind.Returned, output);
                return output;
            }
            catch (Exception exception)
            {
                Note(LogKind.Threw, exception.GetType().Name);
                throw;
            }
        }

        void Note(LogKind kind, string output = "") => run.Log.Add(new(kind, plan.Name) { CallId = call.Call.CallId, Output = output });
    }

    private async Task<string> RunAsync(FunctionPlan plan, FunctionCallContext call, CancellationToken token)
    {
        var output = $"output of {call.Call.CallId}";
        switch (plan.Kind)
        {
            case FunctionKind.Fast:
                break;
            case FunctionKind.IgnoresToken:
                await Task.Delay(plan.Duration, run.Time, CancellationToken.None);
                break;
            case FunctionKind.Fails:
                await Task.Delay(plan.Duration, run.Time, token);
                throw new InvalidOperationException("It fails: secret.");
            case FunctionKind.TooLong:
                await Task.Delay(plan.Duration / 4, run.Time, token);
                return new('x', 500);
            case FunctionKind.CallsBack:
                await Task.Delay(plan.Duration / 8, run.Time, token);
                await CallBackAsync(call, token);
                break;
            default:
                await Task.Delay(plan.Duration, run.Time, token);
                break;
        }
        return output;
    }

    private async Task CallBackAsync(FunctionCallContext call, CancellationToken token)
    {
        var conversation = call.Conversation;
        switch (RandomOf(call.Call.CallId, 7).Next(run.World.Agents.IsEmpty ? 20 : 26))
        {
            case < 4:
                run.Respond(new() { WaitForUser = true }, "a function");
                break;
            case < 7:
                token.UnsafeRegister(_ => run.Log.Note(Notes.Withdrawn), null);
                await conversation.AskAsync($"question of {call.Call.CallId}", token);
                break;
            case < 10:
                run.Log.Note(Notes.Interrupted);
                await conversation.InterruptAsync(token);
                break;
            case < 13:
                await conversation.AddAsync(ConversationItem.SystemText("a note of a function"), token);
                break;
            case < 15:
                run.Log.Note("a function switches the agent");
                await conversation.SwitchAgentAsync(run.Agents.Create("switched"), token);
                break;
            case < 17:
                var other = conversation.Turns.SelectMany(turn => turn.Calls).LastOrDefault(other => other.CallId != call.Call.CallId && !other.IsOver);
                await conversation.CompleteCallAsync(other?.CallId ?? "call_that_is_not", "output of another function", token);
                break;
            case 17:
                run.MayEnd(ConversationEndReason.Ended);
                run.Log.Note(Notes.NoReplies);
                run.Log.Note(Notes.LastReply);
                await conversation.EndAsync("Say goodbye.", token);
                break;
            case 18:
                run.MayEnd(ConversationEndReason.Ended);
                run.Log.Note(Notes.NoReplies);
                await conversation.EndAsync(cancellationToken: token);
                break;
            case > 19:
                run.Log.Add(new(LogKind.Suspended, "task") { CallId = call.Call.CallId });
                await run.Agents.RunTaskAsync(token);
                break;
            default:
                run.MayEnd(ConversationEndReason.Disposed);
                await conversation.DisposeAsync();
                break;
        }
    }

    /// <summary>Random numbers that are the same in each run of a seed, whatever the order of the calls.</summary>
    private Random RandomOf(string callId, int purpose) => new(unchecked(callId.Aggregate(run.World.Seed, (hash, letter) => (hash * 31) + letter) + purpose));
}
