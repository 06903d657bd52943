using System.Security.Cryptography;
using System.Text;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.Tickets;

/// <summary>What becomes of a line.</summary>
public enum TicketState
{
    Ready,

    /// <summary>Weighed in before, with the same figures.</summary>
    Done,

    /// <summary>Weighed in before, with other figures: a scale does not overwrite a scale.</summary>
    OtherMass,

    /// <summary>A person looks at the container and confirms, or weighs again.</summary>
    OutOfTolerance,
    Unreadable,

    /// <summary>No such container on the way to this site.</summary>
    Unknown,
    NotReceived,
    NotCertified,
    NeedsSplit,
    NeedsCount,
    TicketTaken,
    BadWeight,
}

public sealed record TicketRow(TicketLine Line, RoadContainer? Container, TicketState State)
{
    public Weight? Net { get; init; }

    public long? GapGrams { get; init; }

    public bool IsVerified { get; init; }

    /// <summary>The count differs: the weigh-in opens a disagreement.</summary>
    public bool IsDiscrepant { get; init; }
}

public sealed record TicketFile(Guid TicketFileId, Guid SiteId, string Site, string SiteKk, string SiteRu, string Content, DateTimeOffset UploadedAt, DateTimeOffset? AppliedAt)
{
    public string SiteName(string language) => language == "kk" ? SiteKk : SiteRu;
}

/// <param name="Rows">None: the file could not be read as a table of tickets.</param>
public sealed record TicketPreview(TicketFile File, IReadOnlyList<TicketRow>? Rows)
{
    public int Ready => Rows?.Count(row => row.State == TicketState.Ready) ?? 0;

    /// <summary>Changes as soon as one line would fare otherwise.</summary>
    public string Seen { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(';', (Rows ?? []).Select(row => $"{row.Line.RowNo}:{row.State}:{row.Net?.Grams}:{row.GapGrams}:{row.IsVerified}")))))[..16];
}

public abstract record ApplyOutcome
{
    private ApplyOutcome()
    {
    }

    public sealed record Applied(int Weighed, int Left) : ApplyOutcome;

    public sealed record NotFound : ApplyOutcome;

    public sealed record Already : ApplyOutcome;

    /// <summary>Something changed since the preview: it is shown anew and nothing was written.</summary>
    public sealed record Stale : ApplyOutcome;
}
