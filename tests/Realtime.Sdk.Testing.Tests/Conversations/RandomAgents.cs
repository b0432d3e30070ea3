using System.Globalization;
using Realtime.Sdk.Testing.Tests.Conversations.Agents;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>The agents of a run with their handoffs and guardrails, which note what they check, and their tasks.</summary>
internal sealed class RandomAgents
{
    private readonly ConversationRun _run;
    private readonly Dictionary<string, RealtimeAgent> _known = [];
    private int _tasks, _reasons;

    public RandomAgents(ConversationRun run)
    {
        _run = run;
        if (World.IsEmpty)
            return;
        var refused = Add(AgentWorld.Refused, [AgentHandoff.Back]);
        var third = Add("third", [AgentHandoff.Back, AgentHandoff.To("second")]);
        var second = Add("second", [AgentHandoff.Back, AgentHandoff.To("first"), third]);
        Add("first", [second, third, refused]);
    }

    private AgentWorld World => _run.World.Agents;

    public RealtimeAgent First => World.IsEmpty ? _run.CreateAgent("first", _ => true) : _known["first"];

    /// <summary>An agent that others hand over to, or a new one.</summary>
    public RealtimeAgent Choose(Random random) => random.Next(2) == 0
        ? _known[AgentWorld.Names[random.Next(AgentWorld.Names.Length)]]
        : Extend(_run.CreateAgent($"agent{random.Next(6)}"), random.Next(2) == 0 ? [AgentHandoff.Back] : [AgentHandoff.Back, AgentHandoff.To("first"), AgentHandoff.To("second")]);

    /// <summary>A new agent without handoffs.</summary>
    public RealtimeAgent Create(string name) => World.IsEmpty ? _run.CreateAgent(name) : Extend(_run.CreateAgent(name), []);

    /// <summary>Runs a task, and notes how it ends.</summary>
    public async Task RunTaskAsync(CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"task{Interlocked.Increment(ref _tasks)}");
        _run.Log.Note(Notes.Task);
        try
        {
            var result = await _run.Conversation.RunAsync(Create(name), TaskJson.Default.Int32, cancellationToken);
            _run.Log.Add(new(LogKind.TaskDone, name) { Output = result.ToString(CultureInfo.InvariantCulture) });
        }
        catch (Exception exception)
        {
            _run.Log.Add(new(exception is OperationCanceledException && cancellationToken.IsCancellationRequested ? LogKind.TaskCanceled : LogKind.TaskFailed, name) { Output = exception.Message });
            throw;
        }
    }

    private RealtimeAgent Add(string name, IReadOnlyList<AgentHandoff> handoffs) => _known[name] = Extend(_run.CreateAgent(name, name == "first" ? _ => true : null), handoffs);

    private RealtimeAgent Extend(RealtimeAgent agent, IReadOnlyList<AgentHandoff> handoffs) => agent with
    {
        Handoffs = handoffs,
        Guardrails = [.. World.Guardrails.Select(Create)],
        Filler = World.Filler,
        Prepare = !World.Prepares || agent.Name == "first" ? null : (context, token) => PrepareAsync(context.Agent, token),
        Session = agent.Name == AgentWorld.Refused
            ? agent.Session with { Audio = agent.Session.Audio! with { Input = agent.Session.Audio.Input! with { Transcription = new TranscriptionConfiguration { Model = "no-such-model" } } } }
            : agent.Session,
    };

    private async ValueTask<RealtimeAgent> PrepareAsync(RealtimeAgent agent, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(agent.Name.Length * 20), _run.Time, cancellationToken);
        return agent.Name == "third" ? throw new InvalidOperationException("The third agent is not here.") : agent;
    }

    private Guardrail Create(GuardrailPlan plan)
    {
        var guardrail = plan.IsOfOutput
            ? Guardrail.OnOutput(plan.Name, (text, _, token) => CheckAsync(plan, "", text, token))
            : Guardrail.OnArguments(plan.Name, (call, _, token) => CheckAsync(plan, call.CallId, "", token));
        return guardrail with { CheckEvery = plan.CheckEvery, Timeout = plan.Timeout, BlocksOnFailure = plan.BlocksOnFailure };
    }

    private async Task<string?> CheckAsync(GuardrailPlan plan, string callId, string text, CancellationToken cancellationToken)
    {
        var random = new Random(unchecked((callId + text + plan.Name).Aggregate(_run.World.Seed, (hash, letter) => (hash * 31) + letter)));
        if (plan.Kind != GuardrailKind.Fast)
            await Task.Delay(plan.Duration, _run.Time, CancellationToken.None);
        if (!plan.IsReliable && random.Next(3) == 0)
        {
            Note(LogKind.CheckFailed);
            if (plan.Kind == GuardrailKind.Hangs)
                await Task.Delay(TimeSpan.FromMinutes(1), _run.Time, cancellationToken);
            throw new InvalidOperationException("The check fails: secret.");
        }
        if (plan.IsOfOutput ? !text.Contains(plan.Forbidden, StringComparison.Ordinal) : random.Next(4) > 0)
        {
            Note(LogKind.CheckPassed);
            return null;
        }
        var reason = string.Create(CultureInfo.InvariantCulture, $"reason {Interlocked.Increment(ref _reasons)}.");
        Note(LogKind.CheckBlocked, reason);
        return reason;

        void Note(LogKind kind, string reason = "") => _run.Log.Add(new(kind, plan.Name) { CallId = callId, Checked = text, Output = reason });
    }
}
