import LockstepJSON

/// The example bodies of seed 002 ("Job Execution Flow"), section by section; long texts shortened.
enum SeedExamples {
    /// Section 1: the job that `createJob` answers with.
    static let created = """
        {
          "job_id": "job_abc123", "workflow_id": "wf_analyze_document", "name": "Analyze Q4 Report",
          "description": "Analysis of Q4 2023 financial report", "status": "PENDING",
          "created_at": "2024-03-20T10:30:00Z", "updated_at": "2024-03-20T10:30:00Z",
          "input_variables": [
            {"name": "document", "variable_id": "input_doc", "required": true,
             "schema": {"type": "file", "mime_types": ["application/pdf"]}},
            {"name": "analysis_depth", "variable_id": "depth", "required": true,
             "schema": {"type": "string", "enum": ["basic", "detailed", "comprehensive"]}}
          ],
          "steps": [
            {"step_id": "step_1", "job_id": "job_abc123", "sequence_number": 0, "status": "PENDING",
             "tool": {"tool_id": "pdf_extractor", "name": "PDF Text Extractor"},
             "parameter_mappings": {"input_file": "input_doc", "extraction_mode": "full"},
             "output_mappings": {"extracted_text": "document_text"}},
            {"step_id": "step_2", "job_id": "job_abc123", "sequence_number": 1, "status": "PENDING",
             "tool": {"tool_id": "text_analyzer", "name": "Text Analysis Tool"},
             "parameter_mappings": {"text": "document_text", "analysis_level": "depth"},
             "output_mappings": {"analysis_results": "final_analysis"}}
          ]
        }
        """

    /// Section 2: the inputs.
    static let inputs = """
        {
          "input_values": {"input_doc": {"file_id": "file_xyz789", "name": "Q4_2023_Report.pdf"}, "depth": "detailed"},
          "input_errors": {}
        }
        """

    /// Section 3: running.
    static let running = """
        {
          "job_id": "job_abc123", "status": "RUNNING", "started_at": "2024-03-20T10:31:00Z",
          "execution_progress": {"current_step": 0, "total_steps": 2, "is_paused": false}
        }
        """

    /// Section 3: completed. What the analysis holds is the tool's affair.
    static let completed = """
        {
          "job_id": "job_abc123", "status": "COMPLETED", "started_at": "2024-03-20T10:31:00Z",
          "completed_at": "2024-03-20T10:31:10Z",
          "output_data": {"final_analysis": {"summary": "text", "key_metrics": {}}}
        }
        """

    /// Section 4: cancelled.
    static let cancelled = """
        {
          "job_id": "job_abc123", "status": "FAILED", "error_message": "Job cancelled by user",
          "started_at": "2024-03-20T10:31:00Z", "completed_at": "2024-03-20T10:31:15Z"
        }
        """

    /// Section 5: in the second step.
    static let secondStep = """
        {
          "job_id": "job_abc123", "workflow_id": "wf_analyze_document", "name": "Analyze Q4 Report", "status": "RUNNING",
          "created_at": "2024-03-20T10:30:00Z", "updated_at": "2024-03-20T10:31:05Z",
          "started_at": "2024-03-20T10:31:00Z",
          "execution_progress": {"current_step": 1, "total_steps": 2, "is_paused": false},
          "live_output": "Processing page 3 of 10...",
          "steps": [
            {"step_id": "step_1", "status": "COMPLETED", "output_data": {"extracted_text": "text"}},
            {"step_id": "step_2", "status": "RUNNING"}
          ]
        }
        """

    /// Section 6: failed.
    static let failed = """
        {
          "job_id": "job_abc123", "status": "FAILED",
          "error_message": "Failed to process PDF: File is password protected",
          "steps": [
            {"step_id": "step_1", "status": "FAILED", "error_message": "Failed to process PDF: File is password protected",
             "started_at": "2024-03-20T10:31:01Z", "completed_at": "2024-03-20T10:31:02Z"}
          ],
          "execution_progress": {"current_step": 0, "total_steps": 2, "is_paused": false}
        }
        """
}
