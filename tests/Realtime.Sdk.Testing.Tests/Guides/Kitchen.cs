/// <summary>The app that both waiters belong to: it cooks slowly, and remembers what was ordered.</summary>
internal sealed class Kitchen(TimeProvider time)
{
    public static readonly TimeSpan CookingTime = TimeSpan.FromSeconds(3);

    private readonly List<(string Dish, int Count)> _orders = [];

    public IReadOnlyList<(string Dish, int Count)> Orders
    {
        get
        {
            lock (_orders)
                return [.. _orders];
        }
    }

    /// <summary>Cooks, and returns in how many minutes the order is served.</summary>
    public async Task<int> CookAsync(string dish, int count, CancellationToken cancellationToken)
    {
        lock (_orders)
            _orders.Add((dish, count));
        await Task.Delay(CookingTime, time, cancellationToken);
        return 10;
    }
}
