using System.Diagnostics;

namespace EwasteEpr.Tests.Support;

/// <summary>How many statements of this test's own flow went to the database, by the driver's own traces.</summary>
internal sealed class StatementCounter : IDisposable
{
    private static readonly AsyncLocal<StatementCounter?> Current = new();
    private readonly ActivityListener listener;
    private int statements;

    public StatementCounter()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = _ =>
            {
                if (Current.Value == this)
                {
                    Interlocked.Increment(ref statements);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
    }

    public int Statements => statements;

    /// <summary>From here on, in this flow.</summary>
    public void Start()
    {
        Current.Value = this;
        statements = 0;
    }

    public void Dispose()
    {
        Current.Value = null;
        listener.Dispose();
    }
}
