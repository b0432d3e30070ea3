using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Conversations.Playback;

namespace Realtime.Sdk.Tests.Diagnostics;

/// <summary>No moment passes uncounted between the completion of a task and the code that waits for it.</summary>
public class CountedWorkTests
{
    private readonly CountingTime _time = new();

    [Fact]
    public void A_task_that_completes_while_the_await_begins_is_continued_as_work()
    {
        var source = new TaskCompletionSource();
        var awaiter = source.Task.Counted(_time).GetAwaiter();
        int? during = null;

        var wasCompleted = awaiter.IsCompleted;
        source.SetResult();
        awaiter.UnsafeOnCompleted(() => during = _time.Work);

        (wasCompleted, during, _time.Work).Should().Be((false, 1, 0));
    }

    [Fact]
    public void A_task_that_completes_in_a_synchronization_context_is_continued_as_work()
    {
        var source = new TaskCompletionSource();
        int? during = null;
        _ = WaitAsync();

        RunIn(new OwnContext(), source.SetResult);

        (during, _time.Work).Should().Be((1, 0));

        async Task WaitAsync()
        {
            await source.Task.Counted(_time);
            during = _time.Work;
        }
    }

    [Fact]
    public async Task Without_a_clock_that_counts_work_a_task_is_awaited_as_usual()
    {
        var source = new TaskCompletionSource<int>();
        var waiting = WaitAsync();

        source.SetException(new FormatException());

        await waiting.Invoking(task => task.WithTimeout()).Should().ThrowAsync<FormatException>();

        async Task<int> WaitAsync() => await source.Task.Counted(null);
    }

    [Fact]
    public async Task The_callers_of_a_method_continue_before_its_work_ends()
    {
        var begin = new TaskCompletionSource();
        var calling = CallAsync();
        begin.SetResult();
        var during = await calling.WithTimeout();
        await _time.IdleAsync();

        (during, _time.WentNegative).Should().Be((1, false));

        async Task<int> CallAsync()
        {
            await WorkAsync().ConfigureAwait(false);
            return _time.Work;
        }

        // The caller waits before the method begins, because a method that has already ended has no work.
        async Task WorkAsync()
        {
            await begin.Task.ConfigureAwait(false);
            _time.BeginWork();
            await CountedWork.EndAsync(_time);
        }
    }

    [Fact]
    public async Task The_first_outcome_of_a_source_counts_in_any_order_of_the_thread_pool()
    {
        for (var i = 0; i < 1_000; i++)
        {
            var source = new CountedSource<int>(_time);
            source.SetException(new TimeoutException());
            source.SetResult(1);

            await source.Task.ContinueWith(_ => { }, TaskScheduler.Default).WithTimeout();
            source.Task.IsFaulted.Should().BeTrue();
        }
    }

    private static void RunIn(SynchronizationContext context, Action action)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            action();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private sealed class OwnContext : SynchronizationContext;
}
