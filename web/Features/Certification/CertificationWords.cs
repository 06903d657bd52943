using EwasteEpr.Certification;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Certification;

/// <summary>Which shape a state has.</summary>
internal static class CertificationWords
{
    public static StatusKind Kind(ApplicationState state) => state switch
    {
        ApplicationState.Certified => StatusKind.Done,
        ApplicationState.Refused or ApplicationState.Withdrawn => StatusKind.Stopped,
        ApplicationState.Returned or ApplicationState.Corrections => StatusKind.NeedsReason,
        ApplicationState.Draft or ApplicationState.Submitted => StatusKind.Waiting,
        _ => StatusKind.InWork,
    };

    public static StatusKind Kind(AuditState state) => state switch
    {
        AuditState.Closed => StatusKind.Done,
        AuditState.Cancelled => StatusKind.Stopped,
        AuditState.Waiting => StatusKind.Waiting,
        AuditState.Reported => StatusKind.NeedsReason,
        _ => StatusKind.InWork,
    };

    public static StatusKind Kind(CertificationRow row) => row.Told switch { "Valid" => StatusKind.Done, "Future" => StatusKind.Waiting, _ => StatusKind.Stopped };

    public static StatusKind Kind(FindingRow finding) => finding.State switch { "Closed" => StatusKind.Done, "Answered" => StatusKind.InWork, _ => finding.IsLate ? StatusKind.Stopped : StatusKind.NeedsReason };
}
