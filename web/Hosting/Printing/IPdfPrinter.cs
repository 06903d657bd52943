namespace EwasteEpr.Web.Hosting.Printing;

/// <summary>Turns a page that carries everything it needs into a PDF. A wire to the outside: here it ends in a browser of the machine.</summary>
public interface IPdfPrinter
{
    /// <summary>False where the machine has no browser: the page itself is what people print then.</summary>
    bool IsAvailable { get; }

    /// <exception cref="PrintException">The printer is missing, failed, or did not end in time.</exception>
    Task<byte[]> PrintAsync(PrintPage page, CancellationToken ct);
}

/// <param name="Html">A whole document with styles, fonts and pictures inside: the printer reaches no network and runs no script.</param>
public sealed record PrintPage(string Html);

/// <summary>The paper could not be made now. The page can still be shown.</summary>
public sealed class PrintException : Exception
{
    public PrintException()
    {
    }

    public PrintException(string message)
        : base(message)
    {
    }

    public PrintException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
