using System.Runtime.ExceptionServices;

namespace Realtime.Sdk.Internal;

/// <content>Agents that carry out a task and return its result.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The tasks that are not done. They are nested, so there are as many as the app has begun.</summary>
    private readonly List<AgentTask> _tasks = [];

    /// <summary>Puts an agent in charge until it has given the result of its task.</summary>
    public async Task RunAsync(RealtimeAgent agent, AgentTask task, CancellationToken cancellationToken)
    {
        agent.ThrowIfInvalid();
        AgentTask.ThrowIfHandsOver(agent);

        // A function that waits for a task is not late.
        var caller = _runningCall.Value;
        Change(() =>
        {
            _tasks.Add(task);
            caller?.SuspendTimeout();
            if (_end is not null)
                FailTasks(_end);
        });
        try
        {
            await SwitchAsync(() => new(agent, task), cancellationToken).Counted(_work);

            // The server may have confirmed the session at the same time.
            cancellationToken.ThrowIfCancellationRequested();
            Respond(new ReplyOptions());
            if (await task.Completion.WaitAsync(cancellationToken).Counted(_work) is { } exception)
                ExceptionDispatchInfo.Throw(exception);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Change(() => task.IsOver = true);
            await ReturnAsync(task).Counted(_work);
            throw;
        }
        finally
        {
            Change(() =>
            {
                _tasks.Remove(task);
                End(task);
                caller?.ResumeTimeout();
            });
        }
    }

    /// <summary>Puts the previous agent in charge, because the task is done, and completes the task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="setResult">Called if the result is the first one.</param>
    /// <param name="call">The call with the result.</param>
    /// <param name="cancellationToken">Canceled when the call has timed out or was canceled.</param>
    public async Task FinishAsync(AgentTask task, Action setResult, FunctionCallContext call, CancellationToken cancellationToken)
    {
        AgentInCharge previous;
        lock (_lock)
        {
            // A second call of the function, or the app has put another agent in charge.
            if (task.IsFinished || _inCharge.Task != task)
                throw new InvalidOperationException("The task is not in progress anymore.");
            (task.IsFinished, previous) = (true, GetPrevious(task));
            setResult();
        }
        try
        {
            // Checked again, because the app may have begun to put another agent in charge before.
            await SwitchAsync(() => _inCharge.Task == task ? previous : throw CreateReplaced(), cancellationToken).Counted(_work);
        }
        catch (Exception exception)
        {
            task.Fail(exception);
            throw;
        }

        // The app, or the function that has begun the task, continues the conversation.
        call.SuppressReply();
        task.Complete();
    }

    /// <summary>The agent that takes charge after a task. Those of nested tasks that have ended meanwhile are skipped.</summary>
    private static AgentInCharge GetPrevious(AgentTask task)
    {
        var previous = task.Previous!;
        while (previous.Task is { IsOver: true, Previous: { } earlier })
            previous = earlier;
        return previous;
    }

    /// <summary>Returns the agent that must be in charge after a task was canceled.</summary>
    /// <exception cref="OperationCanceledException">The agent of the task is not in charge, and is not about to be.</exception>
    private AgentInCharge FindReturn(AgentTask task)
    {
        lock (_lock)
        {
            if (_inCharge.Task == task)
                return GetPrevious(task);

            // The server may have accepted its session. The session of the current agent, sent after it, replaces that.
            return _switches.Exists(pending => pending.Next.Task == task) ? _inCharge : throw new OperationCanceledException();
        }
    }

    /// <summary>Puts the previous agent in charge after a task was canceled.</summary>
    private async Task ReturnAsync(AgentTask task)
    {
        using var timeout = new CancellationTokenSource(_options.Limits.ReplyTimeout, _time);
        try
        {
            await SwitchAsync(() => FindReturn(task), timeout.Token).Counted(_work);
        }
        catch (OperationCanceledException) when (!timeout.IsCancellationRequested)
        {
            // Another agent is in charge.
        }
#pragma warning disable CA1031 // the caller gets the cancellation
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Change(() =>
            {
                if (_end is null)
                    Warn(WarningKind.Handoff, "The agent of a canceled task remains in charge, because the previous agent could not take charge.", exception: exception);
            });
        }
    }

    private static InvalidOperationException CreateReplaced() => new("Another agent took charge before the task was done.");

    /// <summary>Ends the tasks whose agent is not in charge anymore, except those that wait for a nested task.</summary>
    private void FailReplacedTasks()
    {
        foreach (var task in _tasks)
        {
            if (task.IsFinished || task.Previous is null || IsInProgress(task))
                continue;
            End(task);
            task.Fail(CreateReplaced());
        }
    }

    /// <summary>Keeps the agent of a task from taking charge again.</summary>
    private void End(AgentTask task)
    {
        task.IsOver = true;
        _previousAgents.RemoveAll(agent => agent.Task == task);
    }

    private bool IsInProgress(AgentTask task)
    {
        for (var current = _inCharge.Task; current is not null; current = current.Previous?.Task)
        {
            if (current == task)
                return true;
        }
        return false;
    }

    private void FailTasks(ConversationEnd end)
    {
        foreach (var task in _tasks)
            task.Fail(CreateEnded(end));
    }

    private static Exception CreateEnded(ConversationEnd end) => end.Exception ?? new InvalidOperationException("The conversation ended before the task was done.");
}
